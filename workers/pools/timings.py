"""How long work holds a slot: measured for each ``work`` in each pool, the latest jobs counting most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.db.models import F

from graders.report import Seconds
from workers.pools.models import Job, JobState, RunTime, WorkerPool

#: The weight of the latest job once there are many. Before that each counts by its number, so that the first ones, for
#: which a node collects the tests or starts a runtime, are soon forgotten.
LATEST = 0.1

#: How many measured jobs the prior is worth.
PRIOR_JOBS = 1.0

#: What work is thought to take in a pool in which nothing was measured, not even the trial of a worker, in seconds.
GUESS_SECONDS = 2.0

#: The work that every worker does before it gets any. What students hand in takes so many times as long as a rule:
#: measured with the exercises of the bundled course, on one node.
TRIAL, TRIALS = "trial", 1.25

#: What giving a job out and handing its report back may add to what its node measured, in seconds; what goes beyond is
#: thought to be done once.
HANDING_SECONDS = 0.05

#: Who runs later than usual by less than this may be the first of its work on a node, which fetches a bundle and
#: collects its tests.
FIRST_SECONDS = 0.5

#: Whether work takes longer at the moment than was measured is told from the latest jobs, beside so many that took as
#: long as they should, without the longest and the shortest quarter of all these. Run times are skewed: what is left
#: lies below their mean, for those measured in the tests and in ``benchmarks`` by this factor.
PACE_JOBS, STEADY_JOBS, SKEW = 30, 2, 1.1

#: While many come the platform itself is busy, and slots stand empty until it gets to them. How much longer that makes
#: each turn is told from the latest ones; how long it goes on nobody knows. This fits real bursts of a second as well
#: as those of fifteen (``benchmarks.class_intervals``).
BUSY_SECONDS, STEADY_TURNS = 3.0, 1

#: Waits and runs are told from these: the latest jobs, and none older than this.
RECENT_JOBS = 500
RECENT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Start:
    """A job that got a slot."""

    work: str
    prior: float  #: seconds it was thought to take when it came
    came: datetime
    sent: datetime
    seconds: float | None  #: for which the same would hold a slot again; ``None``: it still runs


@dataclass(frozen=True, kw_only=True)
class Times:
    """Of the jobs that ended lately, in seconds; ``None`` where none did."""

    count: int
    wait_p50: float | None = None
    wait_p95: float | None = None
    run_p50: float | None = None
    run_p95: float | None = None


def learn(job: Job) -> None:
    """Take in how long ``job`` held its slot. Called in the transaction that records its end."""
    seconds = job.again_seconds
    if not job.work or seconds is None:
        return
    rows = RunTime.objects.filter(pool=job.pool_id, work=job.work)
    known = rows.values_list("count", "mean").first()
    if known is None:
        RunTime.objects.get_or_create(pool_id=job.pool_id, work=job.work, defaults={"count": 1, "mean": seconds})
        return
    count, mean = known
    rows.update(count=F("count") + 1, mean=mean + max(LATEST, 2 / (count + 2)) * (seconds - mean))


def again(used: float, measured: Seconds) -> float:
    """Seconds for which the same would hold a slot again: without what a node does once for each work."""
    of_it = measured.prepared + measured.ran
    return min(used, of_it + HANDING_SECONDS) if of_it else used


def estimate(pool: WorkerPool, work: str, *, like: str = "", prior: float | None = None) -> float:
    """Seconds for which a job of ``work`` will hold a slot, from what was measured of it, or else of work ``like`` it.

    Where neither was measured, ``prior`` says; without one, what work takes in this pool as a rule.
    """
    rows = {row.work: row for row in RunTime.objects.filter(pool=pool, work__in={work, like} - {""})}
    if measured := rows.get(work) or rows.get(like):
        return measured.mean
    return prior if prior is not None else _as_a_rule(pool)


def _as_a_rule(pool: WorkerPool) -> float:
    """What work takes of which nothing was measured: the median of other work in the pool, its workers' trial among it.

    Not the mean: one work that trains for minutes says nothing of the others.
    """
    means = dict(RunTime.objects.filter(pool=pool).values_list("work", "mean"))
    if TRIAL in means:
        means[TRIAL] *= TRIALS
    return median(means.values()) if means else GUESS_SECONDS


class Known:
    """What was measured of some works in a pool, read once."""

    def __init__(self, pool: WorkerPool, works: Collection[str]) -> None:
        self._rows = {row.work: row for row in RunTime.objects.filter(pool=pool, work__in=works)} if works else {}

    def seconds(self, work: str, *, prior: float) -> float:
        """What a job of ``work`` will take; ``prior`` is what it was thought to take when it came."""
        measured = self._rows.get(work)
        if measured is None:
            return prior
        weight = 1.0 if measured.count >= 1 / LATEST else measured.count / (measured.count + PRIOR_JOBS)
        return weight * measured.mean + (1 - weight) * prior

    def usual(self, start: Start) -> float:
        """What a job that got a slot was to take."""
        return self.seconds(start.work, prior=start.prior)


def lately_started(pool: WorkerPool, *, since: datetime) -> list[Start]:
    """What runs, and the latest jobs that were done since then; in the order of their starts."""
    wanted = ("work", "estimated_seconds", "created", "sent", "again_seconds")
    done = Job.objects.filter(pool=pool, ended__gte=since, state=JobState.DONE, pinned=None)
    done = done.filter(sent__isnull=False, again_seconds__isnull=False).order_by("-ended")
    running = Job.objects.in_flight().filter(pool=pool, sent__isnull=False)
    rows = [*running.values_list(*wanted), *done.values_list(*wanted)[:PACE_JOBS]]
    starts = (Start(work=row[0], prior=row[1], came=row[2], sent=row[3], seconds=row[4]) for row in rows)
    return sorted(starts, key=lambda start: start.sent)


def pace(ended: Iterable[float], running: Iterable[float]) -> float:
    """How many times as long as was measured work takes now: a mean of what happened lately without its extremes.

    Args:
        ended: of each job that ended lately, how many times as long as expected it took.
        running: of each that runs, how many times as long as expected it has run by now; it tells once it is late.
    """
    found = sorted(
        [*(SKEW * times for times in ended), *(times for times in running if times > 1), *([1.0] * STEADY_JOBS)]
    )
    middle = found[len(found) // 4 : len(found) - len(found) // 4]
    return sum(middle) / len(middle)


def turn(starts: Sequence[tuple[Start, float]], *, slots: int) -> float:
    """How many times as long as a job itself a slot takes from its start to the next, while others wait.

    A busy platform hands jobs out and takes reports in later; no job's own time shows that.

    Args:
        starts: each with its own seconds, in their order.
    """
    turns = [(before, after, own) for (before, own), (after, _own) in pairwise(starts) if after.came <= before.sent]
    if not turns:
        return 1.0
    taken = slots * sum((after.sent - before.sent).total_seconds() for before, after, _own in turns)
    owned = sum(own for _before, _after, own in turns)
    as_usual = STEADY_TURNS * owned / len(turns)
    return max(1.0, (taken + as_usual) / (owned + as_usual))


def in_a_rush(seconds: float, *, turn: float) -> float:
    """How long it takes until what takes so many seconds is done where slots take such a ``turn`` at first."""
    return min(turn * seconds, seconds + BUSY_SECONDS * (1 - 1 / turn))


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
