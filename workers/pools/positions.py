"""Where a queued job stands: how many start before it, an interval for its start, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Avg, Count
from django.utils.translation import gettext_lazy as _

from workers.pools import ordering, placement, queue, timings
from workers.pools.clock import database_now
from workers.pools.inflow import ENDS_LATE, Inflow, Lately, Passing, seconds_of
from workers.pools.models import Health, Job, PoolState, Worker, WorkerPool

#: The longest queue whose positions are told all at once; who stands behind asks for their own.
TOLD_AT_ONCE = 20_000

#: An interval ends at twice its beginning, at the latest: so it is never wider than the wait of anybody who starts
#: within it. It begins before the expected wait by no more than the one part of it, and no less than the other: where
#: much may still come and go before, it is mostly the end that is unknown.
WIDEST = 2.0
FARTHEST, NEAREST = 0.28, 0.1
LATER = 1.5  #: run times are skewed: what goes wrong takes longer
SIGMAS = 1.28  #: four of five, if what is before one adds up normally
MODEL_SPREAD = 0.25  #: what measured run times do not know: the machine's load, who comes and goes

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
    rows = list(before.order_by().values_list("work").annotate(Count("id"), Avg("estimated_seconds")))
    ahead = sum(count for _work, count, _prior in rows)
    crew = Crew(job.pool, at=at)
    if (why := crew.why_not(job)) is not None:
        return Position(ahead=ahead, why=why)
    lately = Lately(job.pool, at=at)
    later = lately.before(job)
    known = crew.measure({work for work, _count, _prior in (*rows, *later)})
    load = Load()
    for work, count, prior in rows:
        load.add(known.expected(work, prior=prior), times=count)
    return crew.interval(load, ahead=ahead, inflow=lately.inflow(seconds_of(later, known)))


def positions(pool: WorkerPool, *, at: datetime | None = None, first: int = TOLD_AT_ONCE) -> dict[int, Position]:
    """The position of each of the ``first`` queued jobs of ``pool``, by its id, from one look at the queue."""
    at = at or database_now()
    waiting = Job.objects.queued().filter(pool=pool, pinned=None).order_by(*ordering.ORDER)
    wanted = ("id", "lane", "tag", "account", "work", "estimated_seconds", "device", "runtime", "memory_mb", "data")
    jobs = list(waiting.only(*wanted)[:first])
    crew, load, found = Crew(pool, at=at), Load(), {}
    passing = Passing(Lately(pool, at=at), pool)
    known = crew.measure({job.work for job in jobs} | passing.works)
    open_jobs = [job for job in jobs if job.lane not in pool.closed_lanes]
    for ahead, job in enumerate(open_jobs):
        inflow, why = passing.inflow(job, known), crew.why_not(job)
        if why is None:
            found[job.pk] = crew.interval(load, ahead=ahead, inflow=inflow)
        else:
            found[job.pk] = Position(ahead=ahead, why=why)
        load.add(known.expected(job.work, prior=job.estimated_seconds))
    for job in jobs:
        if job.pk not in found:
            found[job.pk] = Position(ahead=len(open_jobs), why=crew.why_not(job))
    return found


@dataclass
class Load:
    """Work that is to be done first, in device-seconds."""

    mean: float = 0.0
    variance: float = 0.0
    error: float = 0.0  #: of the mean: jobs of one work are all longer than thought, or all shorter

    def add(self, expected: timings.Expected, *, times: int = 1) -> None:
        self.mean += times * expected.mean
        self.variance += times * expected.variance
        self.error += times * expected.error


class Crew:
    """The workers of a pool at one moment, and what they are busy with."""

    def __init__(self, pool: WorkerPool, *, at: datetime) -> None:
        self._pool, self._at = pool, at
        self._alive = list(queue.alive(pool, at=at).select_related("node"))
        self._able = [worker for worker in self._alive if _is_able(worker)]
        self.slots = queue.capacity(self._able, pool)  #: that work at once
        self._left_of_running: Load | None = None
        self._why: dict[tuple[object, ...], placement.Reason | None] = {}

    def measure(self, works: set[str]) -> timings.Known:
        """Look up how long ``works`` take, and how long what runs will go on."""
        rows = Job.objects.in_flight().filter(pool=self._pool)
        running = list(rows.values_list("work", "estimated_seconds", "sent"))
        known = timings.Known(self._pool, works | {work for work, _prior, _sent in running})
        self._running = [(known.expected(work, prior=prior), sent) for work, prior, sent in running]
        return known

    def running(self) -> Load:
        """What is left of the work that runs. :meth:`measure` comes first."""
        if self._left_of_running is None:
            self._left_of_running = Load()
            for expected, sent in self._running:
                passed = (self._at - sent).total_seconds() if sent else 0.0
                left = replace(expected, mean=_left(expected.mean, passed))
                self._left_of_running.add(left)
        return replace(self._left_of_running)

    def interval(self, before: Load, *, ahead: int, inflow: Inflow = NOBODY) -> Position:
        """When a job may start that has ``before`` before it, and before which ``inflow`` comes and goes."""
        free = self.slots - len(self._running)
        if ahead < free:
            return Position(ahead=ahead, earliest_seconds=0.0, latest_seconds=MOMENT)
        running, slots = self.running(), max(1, self.slots)
        work = before.mean + running.mean
        soon = work / slots
        late = inflow.wait(work, slots=slots, lasting=ENDS_LATE)
        chance = math.sqrt(before.variance + running.variance) + before.error + running.error
        spread = SIGMAS * chance / slots + MODEL_SPREAD * soon
        earliest = min(soon - min(spread, FARTHEST * soon) + (late - soon) / WIDEST, soon - NEAREST * soon)
        latest = min(late + LATER * spread, WIDEST * earliest)
        if latest - earliest < MOMENT:
            earliest = max(0.0, soon - MOMENT / 2)
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


def _left(mean: float, passed: float) -> float:
    """How long a job will go on that has run for ``passed``: one that takes longer than usual is about to end."""
    return max(mean - passed, mean / 4)


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
