"""What a job costs whom: settled in the transaction that records its end, and what quotas are counted from."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Sum

from workers.pools import ordering, timings
from workers.pools.models import Job, JobState, Lane, Usage, WorkerPool

#: Lanes in which students ask for work; limits and quotas are for these.
STUDENTS = (Lane.RUN, Lane.SUBMIT, Lane.COMPETITION)

#: Lanes that the hourly limit counts: Runs are bounded by giving way to each other.
HANDED_IN = (Lane.SUBMIT, Lane.COMPETITION)


def close(job: Job, *, flew: bool, used: float) -> None:
    """A job has ended: charge what it used, and learn from it.

    Args:
        flew: it ended while a worker had it; otherwise it waited and never ran.
        used: seconds for which its last try held a slot.
    """
    if not flew:
        if job.state != JobState.DONE:  # done all the same: its report came after its lease had lapsed
            ordering.refund(job)
        return
    ordering.settle(job, used=used)
    if job.state == JobState.DONE:
        timings.learn(job)
    if job.lane in STUDENTS and job.ended is not None:
        for who in {job.account, job.group} - {""}:
            _use(job.pool, who, at=job.ended, seconds=used)


def _use(pool: WorkerPool, who: str, *, at: datetime, seconds: float) -> None:
    rows = Usage.objects.filter(pool=pool, who=who, day=at.date())
    if rows.update(seconds=F("seconds") + seconds) == 0:
        _row, created = Usage.objects.get_or_create(pool=pool, who=who, day=at.date(), defaults={"seconds": seconds})
        if not created:
            rows.update(seconds=F("seconds") + seconds)


def used(pool: WorkerPool, who: str, *, at: datetime) -> float:
    """Device-seconds that ``who`` has used in the days that the pool's quotas look back."""
    since = at.date() - timedelta(days=pool.quota_days - 1)
    total = Usage.objects.filter(pool=pool, who=who, day__gte=since).aggregate(total=Sum("seconds"))["total"]
    return float(total or 0.0)


def forget(*, before: datetime) -> int:
    """Delete the usage of days that no quota looks at any more."""
    return Usage.objects.filter(day__lt=before.date()).delete()[0]
