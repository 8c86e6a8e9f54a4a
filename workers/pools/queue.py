"""Reads of the queue: who waits, in which order, and which workers could take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from workers.pools.models import Health, Job, JobState, Lane, Worker, WorkerPool
from workers.pools.ordering import ORDER
from workers.pools.terms import LEASE, SUSPECT_DEATHS


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What dispatching looks at of a queued job: never its files."""

    id: int
    lane: int
    tag: float
    account: str
    device: str
    runtime: str
    memory_mb: int
    data: frozenset[str]
    avoid: frozenset[str]  #: nodes that are its last resort
    pinned: int | None  #: the one worker that it is for
    alone: bool  #: it may share its worker with nothing else


COLUMNS = ("id", "lane", "tag", "account", "device", "runtime", "memory_mb", "data", "avoid", "pinned", "deaths")


def next_in(
    pool: WorkerPool, *, at: datetime, runtimes: Collection[str] | None, full: Collection[str], limit: int
) -> list[Waiting]:
    """The first ``limit`` queued jobs of ``pool`` in the order in which they should start.

    Left out is what may not start now: closed lanes, pauses after an error, and what the arguments say.

    Args:
        runtimes: that free workers have; ``None``: any will do.
        full: accounts that have as many jobs in flight as they may.
    """
    jobs = _startable(pool, at=at).filter(pinned=None).order_by(*ORDER)
    if runtimes is not None:
        jobs = jobs.filter(runtime__in=runtimes)
    if full:
        jobs = jobs.exclude(account__in=full)
    if pool.closed_lanes:
        jobs = jobs.exclude(lane__in=pool.closed_lanes)
    return [_waiting(*row) for row in jobs.values_list(*COLUMNS)[:limit]]


def pinned_to(pool: WorkerPool, workers: Collection[Worker], *, at: datetime) -> list[Waiting]:
    """Queued jobs that are for one of ``workers`` and no other: trials. They go before everything."""
    jobs = _startable(pool, at=at).filter(pinned__in=workers, lane=Lane.RUN).order_by(*ORDER)
    return [_waiting(*row) for row in jobs.values_list(*COLUMNS)]


def _startable(pool: WorkerPool, *, at: datetime) -> QuerySet[Job]:
    """By the state alone, so that no planner sorts a long queue: the one index that has it is in the queue's order."""
    return Job.objects.filter(Q(not_before=None) | Q(not_before__lte=at), state=JobState.QUEUED, pool=pool)


def _waiting(
    pk: int,
    lane: int,
    tag: float,
    account: str,
    device: str,
    runtime: str,
    memory_mb: int,
    data: list[str],
    avoid: list[str],
    pinned: int | None,
    deaths: int,
) -> Waiting:
    """A row of ``COLUMNS``."""
    return Waiting(
        id=pk,
        lane=lane,
        tag=tag,
        account=account,
        device=device,
        runtime=runtime,
        memory_mb=memory_mb,
        data=frozenset(data),
        avoid=frozenset(avoid),
        pinned=pinned,
        alone=deaths >= SUSPECT_DEATHS,
    )


def in_flight_by_account(pool: WorkerPool) -> Counter[str]:
    """How many jobs of each account are in flight: never more rows than slots."""
    return Counter(Job.objects.in_flight().filter(pool=pool).values_list("account", flat=True))


def alive(pool: WorkerPool, *, at: datetime) -> QuerySet[Worker]:
    """Workers that were heard of within a lease."""
    return Worker.objects.filter(node__pool=pool, gone=None, last_seen__gt=at - LEASE)


def willing(pool: WorkerPool, *, at: datetime) -> QuerySet[Worker]:
    """Workers that could grade: alive, with an isolation rung, and nobody has told them to stop."""
    calm = alive(pool, at=at).filter(leaving=False, node__draining=False, node__quarantined=None)
    return calm.exclude(rung="")


def able(pool: WorkerPool, *, at: datetime) -> QuerySet[Worker]:
    """Workers that may be given students' work: willing, and not on trial."""
    return willing(pool, at=at).filter(health=Health.OK)


def capacity(workers: Collection[Worker], pool: WorkerPool) -> int:
    """How many jobs run at once, as nodes and the pool allow."""
    by_node: dict[int, int] = {}
    for worker in workers:
        total = by_node.get(worker.node_id, 0) + worker.slots
        by_node[worker.node_id] = total if worker.node.slots is None else min(total, worker.node.slots)
    offered = sum(by_node.values())
    return offered if pool.slots is None else min(offered, pool.slots)
