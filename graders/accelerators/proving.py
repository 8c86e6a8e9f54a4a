"""Whether a context that has waited still computes: asked of the student before it gets any code."""

from __future__ import annotations

import time

from graders import wire
from graders.inside.device import PROVED
from graders.ready import Student

SECONDS = 10.0


def works(student: Student) -> bool:
    """Have it do its small operation. It holds no code of anybody's yet, so its word is our own."""
    deadline = time.monotonic() + SECONDS
    try:
        wire.send_frame(student.box.channel, {"op": "prove"}, deadline=deadline)
        return wire.recv_bytes(student.box.channel, deadline=deadline, limit=len(PROVED)) == PROVED
    except (wire.FrameGone, wire.WireError):
        return False
