"""What administrators have to look at: states that last longer than they may, work that is owed, lost machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workers.pools import queue
from workers.pools.clock import database_now
from workers.pools.faults import worded
from workers.pools.models import DispatcherLease, Job, JobState, Node, PoolState, WorkerPool
from workers.pools.terms import LEASE, LONG_QUEUED


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing to look at."""

    kind: str  #: owed, overdue, stuck, unserved, quarantined, refusing or dispatcher
    pool: WorkerPool | None  #: NULL: it concerns all
    text: str  #: in the reader's language
    count: int = 1


def alerts(*, at: datetime | None = None) -> list[Alert]:
    """Everything that needs an administrator now, the gravest first."""
    at = at or database_now()
    found = [*_dispatcher(at=at)]
    pools = {pool.pk: pool for pool in WorkerPool.objects.all()}
    for pool in pools.values():
        found += _pool(pool, at=at)
    found += _owed(pools)
    found += _nodes(pools)
    return found


def _dispatcher(*, at: datetime) -> Iterator[Alert]:
    if not DispatcherLease.objects.filter(until__gt=at).exists():
        text = _("No dispatcher is at work: nothing is given out and nothing is recorded.")
        yield Alert(kind="dispatcher", pool=None, text=text)


def _pool(pool: WorkerPool, *, at: datetime) -> Iterator[Alert]:
    open_jobs = Job.objects.filter(pool=pool, ended=None)
    waiting = open_jobs.filter(state=JobState.QUEUED, pinned=None).exclude(lane__in=pool.closed_lanes)
    facts = waiting.aggregate(count=Count("id"), oldest=Min("created"))
    if facts["count"] and pool.state == PoolState.ON:
        words = {"pool": pool.name, "count": facts["count"]}
        if not queue.able(pool, at=at).exists():
            text = ngettext(
                "%(count)d job waits in pool %(pool)s, and no worker can take it.",
                "%(count)d jobs wait in pool %(pool)s, and no worker can take them.",
                facts["count"],
            )
            yield Alert(kind="unserved", pool=pool, text=text % words, count=facts["count"])
        elif at - facts["oldest"] > LONG_QUEUED:
            words["minutes"] = round((at - facts["oldest"]).total_seconds() / 60)
            text = _("A job has waited in pool %(pool)s for %(minutes)d minutes although workers are there.")
            yield Alert(kind="overdue", pool=pool, text=text % words)
    held = Job.objects.held().filter(pool=pool, lease_until__lt=at - LEASE)
    if stuck := held.count():
        text = ngettext(
            "%(count)d job of pool %(pool)s should have lost its lease long ago.",
            "%(count)d jobs of pool %(pool)s should have lost their leases long ago.",
            stuck,
        )
        yield Alert(kind="stuck", pool=pool, text=text % {"count": stuck, "pool": pool.name}, count=stuck)


def _owed(pools: dict[int, WorkerPool]) -> Iterator[Alert]:
    owed = Job.objects.owed().order_by()
    for pool, count in owed.values_list("pool").annotate(Count("id")):
        text = ngettext(
            "%(count)d grade of pool %(pool)s is owed: its job was given up. Queue it again when the fault is mended.",
            "%(count)d grades of pool %(pool)s are owed: their jobs were given up. "
            "Queue them again when the fault is mended.",
            count,
        )
        words = {"count": count, "pool": pools[pool].name}
        yield Alert(kind="owed", pool=pools[pool], text=text % words, count=count)


def _nodes(pools: dict[int, WorkerPool]) -> Iterator[Alert]:
    for node in Node.objects.filter(quarantined__isnull=False):
        words = {"node": node.name, "reason": worded(node.quarantine_reason)}
        text = _("The node %(node)s is quarantined: %(reason)s") % words
        yield Alert(kind="quarantined", pool=pools[node.pool_id], text=text)
    refusing = Node.objects.filter(Q(workers__gone=None) & Q(workers__rung="") & Q(workers__isnull=False)).distinct()
    for node in refusing:
        text = _("The node %(node)s is online and cannot grade.") % {"node": node.name}
        yield Alert(kind="refusing", pool=pools[node.pool_id], text=text)
