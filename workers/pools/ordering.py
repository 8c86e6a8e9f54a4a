"""Whose turn it is: start-time fair queueing, with one virtual clock for each lane of a pool.

When a job comes it gets a *tag*: the lane's clock, or where the account's jobs before it end in virtual time, whichever
is later. Jobs start in the order (lane, tag, id). The clock is the tag of the job that was given out last. So who
floods the queue stands behind their own jobs, and whoever comes with their first one goes before the flood's next.

Tags are written once, when the job comes: finding the next job and counting those before one are index reads, whether
ten wait or a million. Accounts are charged what their work is expected to hold a slot for, and settle the difference
when it is known. (Goyal, Vin, Cheng: Start-time Fair Queueing, 1996.)
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from workers.pools.models import Job, Share, WorkerPool

ORDER = ("lane", "tag", "id")

#: A job that held its slot by less than this more or less than expected moves nobody who waits.
WORTH_MOVING_SECONDS = 1.0


def charge(pool: WorkerPool, *, lane: int, account: str, seconds: float) -> float:
    """Charge an account for a new job, and answer its tag. Its row stays locked to the end of the transaction."""
    clock = float(pool.clocks.get(str(lane), 0.0))
    share = Share.objects.filter(pool=pool, lane=lane, account=account)
    charged = Greatest(F("finish"), clock) + seconds
    if share.update(finish=charged) == 0:
        _row, created = Share.objects.get_or_create(
            pool=pool, lane=lane, account=account, defaults={"finish": clock + seconds}
        )
        if created:
            return clock
        share.update(finish=charged)
    finish = share.values_list("finish", flat=True).get()
    return round(max(finish - seconds, clock), 6)


def refund(job: Job) -> None:
    """A job that waited will never run: what its account has behind it moves up."""
    _move(job, -job.estimated_seconds)


def settle(job: Job, *, used: float) -> None:
    """A job has held its slot for ``used`` seconds, not for those that were expected."""
    _move(job, used - job.estimated_seconds)


def _move(job: Job, seconds: float) -> None:
    share = Share.objects.filter(pool=job.pool_id, lane=job.lane, account=job.account)
    share.update(finish=F("finish") + seconds)
    if abs(seconds) >= WORTH_MOVING_SECONDS:
        behind = Job.objects.queued().filter(pool=job.pool_id, account=job.account, lane=job.lane)
        behind.filter(tag__gt=job.tag).update(tag=F("tag") + seconds)


def advance(pool: WorkerPool, started: Iterable[tuple[int, float]]) -> None:
    """Set the clocks of a pool, whose row is locked, by the (lane, tag) of jobs that were given out."""
    clocks = dict(pool.clocks)
    for lane, tag in started:
        clocks[str(lane)] = max(tag, clocks.get(str(lane), 0.0))
    if clocks != pool.clocks:
        WorkerPool.objects.filter(pk=pool.pk).update(clocks=clocks)


def before(job: Job) -> QuerySet[Job]:
    """The jobs of its pool that wait and start before ``job``."""
    same = Q(tag__lt=job.tag) | Q(tag=job.tag, id__lt=job.pk)
    earlier = Q(lane__lt=job.lane) | (Q(lane=job.lane) & same)
    return Job.objects.queued().filter(earlier, pool=job.pool_id)


def forget_idle(pool: WorkerPool) -> int:
    """Delete the shares that are behind their lane's clock: they say no more than no row does."""
    deleted = 0
    for lane, clock in pool.clocks.items():
        deleted += Share.objects.filter(pool=pool, lane=int(lane), finish__lte=clock).delete()[0]
    return deleted
