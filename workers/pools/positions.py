"""Where a queued job stands: how many start before it, an interval for its start, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from workers.pools import ordering, placement, queue, timings
from workers.pools.clock import database_now
from workers.pools.inflow import Inflow, Lately, Passing
from workers.pools.models import Health, Job, PoolState, Worker, WorkerPool

#: The longest queue whose positions are told all at once; who stands behind asks for their own.
TOLD_AT_ONCE = 20_000

#: An interval ends at twice its beginning: so it is never wider than the wait of anybody who starts within it, and as
#: wide as it may be. It begins at this part of the expected wait, sooner where others go on coming before it: they may
#: stop at any moment. But where work may pass it begins hardly sooner than what waits already makes it.
WIDEST = 2.0
BEGINS, BEGINS_IN_A_RUSH = 0.7, 0.65
SURE = 0.75

#: A job that takes longer than usual is thought to go on for this part of its usual time.
LEFT = 0.25

#: Waits are told no finer than this.
MOMENT = 1.0

NOBODY = Inflow()


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a queued job stands: an interval for its start, or the reason why none can be given."""

    ahead: int  #: jobs of the pool that start before it
    earliest_seconds: float | None = None
    latest_seconds: float | None = None
    why: placement.Reason | None = None  #: why there is no interval

    @property
    def reason(self) -> str:
        """The same in the language of whoever reads it; empty where there is an interval."""
        return str(self.why) if self.why is not None else ""


def position(job: Job, *, at: datetime | None = None) -> Position:
    """How many go before ``job`` and when it may start. The number of queries does not depend on the queue."""
    at = at or database_now()
    before = ordering.before(job).exclude(lane__in=job.pool.closed_lanes)
    of_others = Sum("estimated_seconds", filter=Q(lane=job.lane) & ~Q(account=job.account), default=0.0)
    counted = before.order_by().values_list("work").annotate(Count("id"), Avg("estimated_seconds"), others=of_others)
    rows = list(counted)
    ahead = sum(count for _work, count, *_rest in rows)
    crew = Crew(job.pool, at=at)
    if (why := crew.why_not(job)) is not None:
        return Position(ahead=ahead, why=why)
    lately = Lately(job.pool, at=at)
    later = lately.before(job)
    works = {work for work, *_rest in rows} | {work for _lane, work, *_rest in later}
    known = crew.measure(works, since=lately.since)
    load = sum(count * known.seconds(work, prior=prior) for work, count, prior, _others in rows)
    brought = [(lane, count * known.seconds(work, prior=prior)) for lane, work, count, prior in later]
    inflow = lately.inflow(
        job,
        same=sum(seconds for lane, seconds in brought if lane == job.lane),
        first=sum(seconds for lane, seconds in brought if lane != job.lane),
        came=lately.by_account(),
        ahead=sum(others for *_row, others in rows),
    )
    return crew.interval(load, ahead=ahead, inflow=inflow)


def positions(pool: WorkerPool, *, at: datetime | None = None, first: int = TOLD_AT_ONCE) -> dict[int, Position]:
    """The position of each of the ``first`` queued jobs of ``pool``, by its id, from one look at the queue."""
    at = at or database_now()
    waiting = Job.objects.queued().filter(pool=pool, pinned=None).order_by(*ordering.ORDER)
    wanted = ("id", "lane", "tag", "account", "work", "estimated_seconds", "device", "runtime", "memory_mb", "data")
    jobs = list(waiting.only(*wanted)[:first])
    crew, lately, load, found = Crew(pool, at=at), Lately(pool, at=at), 0.0, {}
    passing = Passing(lately)
    known = crew.measure({job.work for job in jobs} | passing.works, since=lately.since)
    open_jobs = [job for job in jobs if job.lane not in pool.closed_lanes]
    for ahead, job in enumerate(open_jobs):
        inflow, why = passing.inflow(job, known), crew.why_not(job)
        if why is None:
            found[job.pk] = crew.interval(load, ahead=ahead, inflow=inflow)
        else:
            found[job.pk] = Position(ahead=ahead, why=why)
        load += known.seconds(job.work, prior=job.estimated_seconds)
    for job in jobs:
        if job.pk not in found:
            found[job.pk] = Position(ahead=len(open_jobs), why=crew.why_not(job))
    return found


class Crew:
    """The workers of a pool at one moment, and what they are busy with."""

    def __init__(self, pool: WorkerPool, *, at: datetime) -> None:
        self._pool, self._at = pool, at
        self._alive = list(queue.alive(pool, at=at).select_related("node"))
        self._able = [worker for worker in self._alive if _is_able(worker)]
        self.slots = queue.capacity(self._able, pool)  #: that work at once
        self._why: dict[tuple[object, ...], placement.Reason | None] = {}

    def measure(self, works: set[str], *, since: datetime) -> timings.Known:
        """Look up how long ``works`` take, how long what runs will go on, and how work goes since ``since``."""
        starts = timings.lately_started(self._pool, since=since)
        known = timings.Known(self._pool, works | {start.work for start in starts})
        running = [start for start in starts if start.seconds is None]
        self._running = [(known.usual(start), (self._at - start.sent).total_seconds()) for start in running]
        self.pace = timings.pace(
            (start.seconds / known.usual(start) for start in starts if start.seconds is not None),
            ((passed - timings.FIRST_SECONDS) / usual for usual, passed in self._running),
        )
        own = [self.pace * known.usual(start) if start.seconds is None else start.seconds for start in starts]
        self.turn = timings.turn(list(zip(starts, own, strict=True)), slots=max(1, self.slots))
        return known

    def running(self) -> float:
        """Device-seconds that are left of what runs. :meth:`measure` comes first."""
        usual = ((self.pace * seconds, passed) for seconds, passed in self._running)
        return sum(max(seconds - passed, LEFT * seconds) for seconds, passed in usual)

    def interval(self, load: float, *, ahead: int, inflow: Inflow = NOBODY) -> Position:
        """When a job may start that has ``load`` device-seconds before it, and to which ``inflow`` is added."""
        free = self.slots - len(self._running)
        if ahead < free:
            return Position(ahead=ahead, earliest_seconds=0.0, latest_seconds=MOMENT)
        ahead_of_it, slots = self.pace * load + self.running(), max(1, self.slots)
        calm = timings.in_a_rush(ahead_of_it / slots, turn=self.turn)
        wait = inflow.wait(ahead_of_it, slots=slots, pace=self.pace, turn=self.turn)
        earliest = wait * (BEGINS_IN_A_RUSH if wait > calm else BEGINS)
        if inflow.may_come:
            earliest = max(earliest, SURE * calm)
        latest = WIDEST * earliest
        if latest - earliest < MOMENT:
            earliest = max(0.0, wait - MOMENT / 2)
            latest = earliest + MOMENT
        soonest, last = _tenths(earliest, math.ceil), _tenths(latest, math.floor)
        return Position(ahead=ahead, earliest_seconds=soonest, latest_seconds=last)

    def why_not(self, job: Job) -> placement.Reason | None:
        """Why ``job`` cannot start for now; ``None`` where it can."""
        pool = self._pool
        if pool.state != PoolState.ON:
            return placement.Reason(text=_("The pool is paused."))
        if job.lane in pool.closed_lanes:
            text = _("Work of this kind waits at the moment, so that other work goes first.")
            return placement.Reason(text=text)
        if not self._alive:
            return _nobody(pool)
        if not self._able:
            return _unable(pool, self._alive)
        needs = (job.device, job.runtime, job.memory_mb, tuple(job.data))
        if needs not in self._why:
            self._why[needs] = placement.misfit(job, self._able, pool)
        return self._why[needs]


def _is_able(worker: Worker) -> bool:
    node = worker.node
    trusted = node.quarantined is None and worker.health == Health.OK
    return trusted and bool(worker.rung) and not worker.leaving and not node.draining


def _tenths(seconds: float, to: Callable[[float], int]) -> float:
    return to(round(10 * seconds, 3)) / 10


def _nobody(pool: WorkerPool) -> placement.Reason:
    if pool.served is None:
        return placement.Reason(text=_("No worker of pool %(pool)s has been online yet."), words={"pool": pool.name})
    words: dict[str, str | datetime] = {"pool": pool.name, "time": pool.served}
    return placement.Reason(text=_("No worker of pool %(pool)s is online since %(time)s."), words=words)


def _unable(pool: WorkerPool, alive: Iterable[Worker]) -> placement.Reason:
    text = _("No worker of pool %(pool)s can take work at the moment.")
    if any(worker.health == Health.CANARY and worker.rung and not worker.leaving for worker in alive):
        text = _("The workers of pool %(pool)s are being tried before they get work.")
    return placement.Reason(text=text, words={"pool": pool.name})
