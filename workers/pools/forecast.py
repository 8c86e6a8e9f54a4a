"""When a pool's queue will be empty, and whose deadlines fall before that: for the night before a deadline.

The levers beside it are in ``changes``: let regrades and checks wait (``close_lanes``), cap what one student submits
(``change_limit``), share the queue with another pool (``share_queue``), move a cohort's deadline (``extend``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count

from workers.pools import ordering, timings
from workers.pools.clock import database_now
from workers.pools.models import Job, Lane, PoolState, WorkerPool
from workers.pools.positions import TOLD_AT_ONCE, Crew

#: Who comes is measured over this time.
LATELY = timedelta(minutes=30)

#: What can wait without anybody missing it tonight.
BACKGROUND = (Lane.REGRADE, Lane.CHECK)

#: No forecast looks farther than this.
HORIZON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Due:
    """Submissions of one group with one deadline that wait."""

    due: datetime
    group: str
    count: int
    after: int  #: how many of them will start only after the deadline


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What becomes of a pool's queue if everything goes on as it does."""

    at: datetime
    waiting: int
    load_seconds: float  #: device-seconds of what waits and runs
    slots: int  #: that can work at once
    coming: float  #: slots that would be busy with what comes, as measured lately
    empty_at: datetime | None  #: NULL: never at this rate, or nobody works
    empty_without_background: datetime | None  #: the same if regrades and checks wait
    due: tuple[Due, ...]

    @property
    def grows(self) -> bool:
        """More comes than is done."""
        return self.coming >= self.slots


def forecast(pool: WorkerPool, *, at: datetime | None = None) -> Forecast:
    """Compute the forecast from measured run times and arrivals; at most the first 20,000 jobs are looked at."""
    at = at or database_now()
    crew = Crew(pool, at=at)
    rows = list(
        Job.objects.queued()
        .filter(pool=pool, pinned=None)
        .exclude(lane__in=pool.closed_lanes)
        .order_by(*ordering.ORDER)
        .values_list("lane", "work", "estimated_seconds", "due", "group")[:TOLD_AT_ONCE]
    )
    known = crew.measure({work for _lane, work, *_rest in rows}, since=at - LATELY)
    slots = crew.slots if pool.state == PoolState.ON else 0
    coming = _coming(pool, known, at=at)
    load, background, ends = crew.running(), 0.0, []
    for lane, work, prior, due, group in rows:
        seconds = known.seconds(work, prior=prior)
        ends.append((due, group, load / slots if slots else None))
        load += seconds
        background += seconds if lane in BACKGROUND else 0.0
    last = max((due for due, _group, _start in ends if due is not None and due > at), default=None)
    return Forecast(
        at=at,
        waiting=len(rows),
        load_seconds=load,
        slots=slots,
        coming=coming,
        empty_at=_empty(load, slots=slots, coming=coming, rush_ends=last, at=at),
        empty_without_background=_empty(load - background, slots=slots, coming=coming, rush_ends=last, at=at),
        due=_by_deadline(ends, at=at),
    )


def _coming(pool: WorkerPool, known: timings.Known, *, at: datetime) -> float:
    """How many slots are busy, on average, with what came lately."""
    since = at - LATELY
    came = Job.objects.filter(pool=pool, created__gt=since, pinned=None).exclude(lane__in=pool.closed_lanes)
    seconds = 0.0
    for lately in (came.filter(ended=None), came.filter(ended__gt=since)):  # nothing ended before it came: two indexes
        rows = lately.order_by().values_list("work").annotate(Count("id"), Avg("estimated_seconds"))
        seconds += sum(count * known.seconds(work, prior=prior) for work, count, prior in rows)
    return seconds / LATELY.total_seconds()


def _empty(load: float, *, slots: int, coming: float, rush_ends: datetime | None, at: datetime) -> datetime | None:
    """When nothing waits any more: work comes at the same rate until the last deadline of what waits, then no more."""
    if not slots:
        return None
    until_rush_ends = (rush_ends - at).total_seconds() if rush_ends is not None else float("inf")
    if coming < slots and (seconds := load / (slots - coming)) <= until_rush_ends:
        return _within(seconds, at=at)
    if rush_ends is None:
        return None
    left = load + (coming - slots) * until_rush_ends
    return _within(until_rush_ends + left / slots, at=at)


def _within(seconds: float, *, at: datetime) -> datetime | None:
    return at + timedelta(seconds=seconds) if seconds < HORIZON.total_seconds() else None


def _by_deadline(ends: list[tuple[datetime | None, str, float | None]], *, at: datetime) -> tuple[Due, ...]:
    count, after = Counter[tuple[datetime, str]](), Counter[tuple[datetime, str]]()
    for due, group, start in ends:
        if due is not None and due > at:
            count[due, group] += 1
            after[due, group] += start is None or at + timedelta(seconds=start) > due
    return tuple(
        Due(due=due, group=group, count=number, after=after[due, group])
        for (due, group), number in sorted(count.items())
    )
