"""What the pools do at this moment, for the page and whoever else shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from workers.pools.clock import database_now
from workers.pools.models import IN_FLIGHT, Job, JobState, Lane, Node, Worker, WorkerPool
from workers.pools.terms import LEASE

#: How long a worker that went is still shown, and a job that was given up still told of.
SHOW_GONE = timedelta(minutes=10)
SHOW_GIVEN_UP = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class LaneView:
    """One lane's queue."""

    label: str
    waiting: int


@dataclass(frozen=True, kw_only=True)
class WorkerView:
    """A worker and what it runs."""

    worker: Worker
    state: str  #: alive, idle, leaving, refusing or dead
    running: tuple[Job, ...]
    silent_seconds: float


@dataclass(frozen=True, kw_only=True)
class PoolView:
    """A pool, its queue and its workers."""

    pool: WorkerPool
    waiting: int
    lanes: tuple[LaneView, ...]
    oldest_seconds: float | None  #: NULL: nobody waits
    running: int
    slots: int  #: of workers that can take work
    workers: tuple[WorkerView, ...]
    quarantined: tuple[Node, ...]
    given_up: int


def pools(*, at: datetime | None = None) -> list[PoolView]:
    """All pools, by name."""
    at = at or database_now()
    workers: dict[int, list[WorkerView]] = defaultdict(list)
    for view in _workers(at=at):
        workers[view.worker.node.pool_id].append(view)
    return [_pool(pool, workers[pool.pk], at=at) for pool in WorkerPool.objects.prefetch_related("nodes")]


def _pool(pool: WorkerPool, workers: list[WorkerView], *, at: datetime) -> PoolView:
    queued = Job.objects.filter(pool=pool, state=JobState.QUEUED).order_by()
    lanes = dict(queued.values_list("lane").annotate(Count("id")))
    oldest = queued.aggregate(oldest=Min("created"))["oldest"]
    given_up = Job.objects.filter(pool=pool, state=JobState.GAVE_UP, ended__gt=at - SHOW_GIVEN_UP)
    return PoolView(
        pool=pool,
        waiting=sum(lanes.values()),
        lanes=tuple(LaneView(label=str(lane.label), waiting=lanes[lane]) for lane in Lane if lane in lanes),
        oldest_seconds=(at - oldest).total_seconds() if oldest else None,
        running=Job.objects.filter(pool=pool, state__in=IN_FLIGHT).count(),
        slots=sum(view.worker.slots for view in workers if view.state in ("alive", "idle")),
        workers=tuple(workers),
        quarantined=tuple(node for node in pool.nodes.all() if node.quarantined is not None),
        given_up=given_up.count(),
    )


def _workers(*, at: datetime) -> Iterable[WorkerView]:
    running: dict[int, list[Job]] = defaultdict(list)
    for job in Job.objects.filter(state__in=IN_FLIGHT, worker__isnull=False).defer("files", "report"):
        running[job.worker_id or 0].append(job)
    shown = Worker.objects.filter(last_seen__gt=at - SHOW_GONE).select_related("node")
    for worker in shown.order_by("node__name", "-last_seen"):
        silent = max(0.0, (at - worker.last_seen).total_seconds())
        jobs = tuple(running[worker.pk])
        yield WorkerView(worker=worker, state=_state(worker, jobs, at=at), running=jobs, silent_seconds=silent)


def _state(worker: Worker, jobs: tuple[Job, ...], *, at: datetime) -> str:
    if worker.gone is not None or worker.last_seen <= at - LEASE:
        return "dead"
    if worker.leaving:
        return "leaving"
    if not worker.rung:
        return "refusing"
    return "alive" if jobs else "idle"
