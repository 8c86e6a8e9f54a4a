"""What the dispatcher looks after beside jobs: pools that run empty, when one was last served, trials, samples."""

from __future__ import annotations

from datetime import datetime, timedelta

from workers.pools import changes, health, ledger, ordering, queue, sampling
from workers.pools.models import Job, PoolState, WorkerPool

#: When a pool was last served is written down no more often than this; pages tell it by the minute.
SERVED = timedelta(seconds=20)


def every_second(*, at: datetime) -> None:
    health.hold_trials(at=at)
    for pool in WorkerPool.objects.all():
        if pool.state == PoolState.DRAINING and not Job.objects.in_flight().filter(pool=pool).exists():
            changes.pause(pool, actor=health.ACTOR)
        stale = pool.served is None or at - pool.served > SERVED
        if stale and queue.able(pool, at=at).exists():
            WorkerPool.objects.filter(pk=pool.pk).update(served=at)


def every_minute(*, at: datetime) -> None:
    sampling.forget(at=at)
    ledger.forget(before=at - timedelta(days=366))
    for pool in WorkerPool.objects.all():
        ordering.forget_idle(pool)
