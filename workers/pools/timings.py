"""How long work holds a slot: measured for each ``work`` in each pool, the latest jobs counting most."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from workers.pools.models import Job, JobState, RunTime, WorkerPool

#: The weight of the latest job once there are many. Before that each counts by its number, so that the first ones, for
#: which a node collects the tests or starts a runtime, are soon forgotten.
LATEST = 0.1

#: A mean in which the latest job has that weight is as good as one of so many jobs; one of few, as this part of them.
COUNTING = 2 / LATEST - 1
COUNTING_OF_FEW = 0.75

#: How many measured jobs the prior is worth.
PRIOR_JOBS = 1.0

#: What work is thought to take before any was measured, in seconds.
GUESS_SECONDS = 2.0

#: What nobody has measured may be off by this factor of itself.
PRIOR_SPREAD = 0.5

#: Where no job of a work was measured, all jobs of the pool say more than a guess, once there are so many.
TYPICAL_JOBS = 5

#: Waits and runs are told from these: the latest jobs, and none older than this.
RECENT_JOBS = 500
RECENT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """How long a job will hold a slot."""

    mean: float  #: seconds
    variance: float  #: of one job
    error: float  #: how far the mean itself may be off (one standard error)


@dataclass(frozen=True, kw_only=True)
class Times:
    """Of the jobs that ended lately, in seconds; ``None`` where none did."""

    count: int
    wait_p50: float | None = None
    wait_p95: float | None = None
    run_p50: float | None = None
    run_p95: float | None = None


def learn(job: Job, seconds: float) -> None:
    """Take in how long ``job`` held its slot. Called in the transaction that records its end."""
    for work in {job.work, ""}:
        rows = RunTime.objects.filter(pool=job.pool_id, work=work)
        known = rows.values_list("count", "mean", "variance").first()
        if known is None:
            spread = (PRIOR_SPREAD * seconds) ** 2
            RunTime.objects.get_or_create(
                pool_id=job.pool_id, work=work, defaults={"count": 1, "mean": seconds, "variance": spread}
            )
            continue
        count, mean, variance = known
        weight = max(LATEST, 2 / (count + 2))
        off = seconds - mean
        rows.update(
            count=F("count") + 1, mean=mean + weight * off, variance=(1 - weight) * (variance + weight * off * off)
        )


def estimate(pool: WorkerPool, work: str, *, like: str = "", prior: float | None = None) -> float:
    """Seconds for which a job of ``work`` will hold a slot, from what was measured of it, or else of work ``like`` it.

    Where neither was measured, ``prior`` says; without one, what jobs of the pool take, or else a guess.
    """
    rows = {row.work: row for row in RunTime.objects.filter(pool=pool, work__in={work, like, ""})}
    typical = rows.pop("", None)
    if measured := rows.get(work) or rows.get(like):
        return measured.mean
    if prior is not None:
        return prior
    return typical.mean if typical is not None and typical.count >= TYPICAL_JOBS else GUESS_SECONDS


class Known:
    """What was measured of some works in a pool, read once."""

    def __init__(self, pool: WorkerPool, works: Collection[str]) -> None:
        wanted = {work for work in works if work}  # the row without one is of all jobs, not of those without
        self._rows = {row.work: row for row in RunTime.objects.filter(pool=pool, work__in=wanted)} if wanted else {}

    def expected(self, work: str, *, prior: float) -> Expected:
        """What to expect of a job of ``work``; ``prior`` is what it was thought to take when it came."""
        return _blend(self._rows.get(work), prior)


def _blend(measured: RunTime | None, prior: float) -> Expected:
    prior_variance = (PRIOR_SPREAD * prior) ** 2
    if measured is None:
        return Expected(mean=prior, variance=prior_variance, error=PRIOR_SPREAD * prior)
    weight = measured.count / (measured.count + PRIOR_JOBS)
    if measured.count >= 1 / LATEST:
        weight = 1.0
    variance = weight * measured.variance + (1 - weight) * prior_variance
    return Expected(
        mean=weight * measured.mean + (1 - weight) * prior,
        variance=variance,
        error=math.sqrt(variance / min(max(1.0, COUNTING_OF_FEW * measured.count), COUNTING)),
    )


def times(pool: WorkerPool, *, at: datetime) -> Times:
    """Waits and runs of the jobs that ended lately in ``pool``."""
    started = {"sent__isnull": False, "started__isnull": False}
    ended = Job.objects.filter(pool=pool, ended__gt=at - RECENT, state=JobState.DONE, **started)
    rows = list(ended.order_by("-ended").values_list("created", "sent", "started", "ended")[:RECENT_JOBS])
    if not rows:
        return Times(count=0)
    waits = sorted((sent - created).total_seconds() for created, sent, _started, _ended in rows if sent)
    runs = sorted((end - started).total_seconds() for _created, _sent, started, end in rows if started and end)
    return Times(
        count=len(rows),
        wait_p50=_percentile(waits, 0.5),
        wait_p95=_percentile(waits, 0.95),
        run_p50=_percentile(runs, 0.5),
        run_p95=_percentile(runs, 0.95),
    )


def _percentile(ordered: list[float], part: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3)
