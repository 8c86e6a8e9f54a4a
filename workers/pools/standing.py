"""Positions for those who ask again and again: a class that polls is answered from one look at the queue.

Who asks once is told exactly. From the third question about a pool within half a second, answers come from a look at
the front of its queue that is no older than that; so what they cost does not grow with how often the class asks.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from workers.pools.models import Job
from workers.pools.positions import Position, position, positions

LOOK_SECONDS = 0.5
#: So many questions in one such time are answered one by one.
ONE_BY_ONE = 2
#: Jobs at the front of the queue that a look takes in; who stands behind them asks for their own.
LOOKED_AT = 500


@dataclass
class Look:
    """What one process was asked of a pool lately, and its queue as it was then."""

    until: float  #: seconds of the monotonic clock
    asked: int = 0
    places: dict[int, Position] = field(default_factory=dict)
    taken: bool = False


_looks: dict[int, Look] = {}
_one_at_a_time = threading.Lock()


def standing(job: Job) -> Position:
    """Where a queued job stands. A job that came after the last look is looked up by itself."""
    with _one_at_a_time:
        look = _current(job.pool_id)
        look.asked += 1
        if look.asked > ONE_BY_ONE and not look.taken:
            look.places, look.taken = positions(job.pool, first=LOOKED_AT), True
    return look.places.get(job.pk) or position(job)


def _current(pool: int) -> Look:
    now = time.monotonic()
    look = _looks.get(pool)
    if look is None or look.until < now:
        look = _looks[pool] = Look(until=now + LOOK_SECONDS)
    return look
