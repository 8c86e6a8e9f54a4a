"""What the engine says of output reaches whoever follows, with its word on who may see it."""

from __future__ import annotations

from workers.messages import Event
from workers.node.events import Funnel

TOKEN = "0" * 32


def test_shown_output_stays_shown_and_is_not_mixed_with_withheld_output() -> None:
    sent: list[Event] = []
    funnel = Funnel(TOKEN, sent.extend)
    for text, shown in (("a\n", True), ("b\n", True), ("c\n", False)):
        assert funnel.take({"kind": "output", "text": text, "shown": shown})
    funnel.flush()
    assert [event.event.model_dump() for event in sent] == [
        {"kind": "output", "text": "a\nb\n", "shown": True},
        {"kind": "output", "text": "c\n", "shown": False},
    ]
