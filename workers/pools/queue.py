"""Reads of the queue: who waits, in which order, and which workers could take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from workers.pools import ordering
from workers.pools.models import IN_FLIGHT, Job, JobState, Worker, WorkerPool
from workers.pools.terms import LEASE, SUSPECT_DEATHS

#: Use of a pool counts against an account for this long.
RECENT = timedelta(minutes=10)

#: The longest queue that is put in fair order at once; what is behind waits for the next look.
LOOKAHEAD = 5000


def in_order(pool: WorkerPool, *, at: datetime) -> list[ordering.Waiting]:
    """The queued jobs of ``pool`` in the order in which they should start."""
    due = Q(not_before=None) | Q(not_before__lte=at)
    rows = Job.objects.filter(due, pool=pool, state=JobState.QUEUED).order_by("lane", "id")
    columns = ("id", "lane", "account", "estimated_seconds", "deaths")
    waiting = [
        ordering.Waiting(id=pk, lane=lane, account=account, seconds=seconds, alone=deaths >= SUSPECT_DEATHS)
        for pk, lane, account, seconds, deaths in rows.values_list(*columns)[:LOOKAHEAD]
    ]
    if len(waiting) < 2:
        return waiting
    return list(ordering.fair(waiting, _used(pool, {job.account for job in waiting}, at=at)))


def _used(pool: WorkerPool, accounts: set[str], *, at: datetime) -> dict[str, float]:
    recent = Q(state__in=IN_FLIGHT) | Q(ended__gt=at - RECENT, started__isnull=False)
    sums = Job.objects.filter(recent, pool=pool).order_by().values_list("account").annotate(Sum("estimated_seconds"))
    return {account: seconds or 0.0 for account, seconds in sums if account in accounts}


def alive(pool: WorkerPool, *, at: datetime) -> QuerySet[Worker]:
    """Workers that were heard of within a lease."""
    return Worker.objects.filter(node__pool=pool, gone=None, last_seen__gt=at - LEASE)


def able(pool: WorkerPool, *, at: datetime) -> QuerySet[Worker]:
    """Workers that may be given work: alive, with an isolation rung, neither leaving nor quarantined."""
    return alive(pool, at=at).filter(leaving=False, node__quarantined=None).exclude(rung="")
