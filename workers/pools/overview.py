"""What the pools do at this moment, for the pages, the API and the metrics. The number of queries depends on the number
of pools alone, never on how many jobs there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from workers.pools import naming, timings
from workers.pools.clock import database_now
from workers.pools.models import Health, Job, Lane, Node, Worker, WorkerPool
from workers.pools.terms import LEASE

#: How long a worker that went is still shown.
SHOW_GONE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class LaneView:
    """One lane's queue."""

    name: str
    label: str
    waiting: int
    closed: bool


@dataclass(frozen=True, kw_only=True)
class WorkerView:
    """A worker and what it runs."""

    worker: Worker
    state: str  #: alive, idle, trial, draining, leaving, refusing, quarantined or dead
    running: tuple[Job, ...]
    silent_seconds: float

    @property
    def used_mb(self) -> int | None:
        """Device memory in use; NULL: nobody can ask the device."""
        known = [int(device["used_mb"]) for device in self.worker.devices if "used_mb" in device]
        return sum(known) if known else None

    @property
    def memory_mb(self) -> int | None:
        known = [int(device["memory_mb"]) for device in self.worker.devices if "memory_mb" in device]
        return sum(known) if known else None


@dataclass(frozen=True, kw_only=True)
class PoolView:
    """A pool, its queue and its workers."""

    pool: WorkerPool
    waiting: int
    lanes: tuple[LaneView, ...]  #: those in which somebody waits, and those that are closed
    oldest_seconds: float | None  #: NULL: nobody waits
    running: int
    slots: int  #: of workers that can take work
    times: timings.Times
    workers: tuple[WorkerView, ...]
    quarantined: tuple[Node, ...]
    owed: int  #: jobs that were given up and not queued again


def pools(*, at: datetime | None = None) -> list[PoolView]:
    """All pools, by name."""
    return _views(WorkerPool.objects.all(), at=at or database_now())


def pool(row: WorkerPool, *, at: datetime) -> PoolView:
    """One pool."""
    return _views(WorkerPool.objects.filter(pk=row.pk), at=at)[0]


def names_in(views: Iterable[PoolView]) -> dict[str, str]:
    """What the accounts are called for which the workers of ``views`` are at work."""
    running = [job for view in views for worker in view.workers for job in worker.running]
    return naming.names_of({job.account for job in running})


def title_of(subject: WorkerPool | Node | Job) -> str:
    """How a subject is called on a page."""
    if not isinstance(subject, Job):
        return str(subject)
    (called,) = naming.names_of([subject.account]).values()
    return _("job %(id)s of %(account)s") % {"id": subject.pk, "account": called}


def _views(rows: QuerySet[WorkerPool], *, at: datetime) -> list[PoolView]:
    workers: dict[int, list[WorkerView]] = defaultdict(list)
    for view in _workers(at=at):
        workers[view.worker.node.pool_id].append(view)
    return [_pool(row, workers[row.pk], at=at) for row in rows.prefetch_related("nodes")]


def _pool(row: WorkerPool, workers: list[WorkerView], *, at: datetime) -> PoolView:
    queued = Job.objects.queued().filter(pool=row).order_by()
    lanes = dict(queued.values_list("lane").annotate(Count("id")))
    oldest = queued.aggregate(oldest=Min("created"))["oldest"]
    return PoolView(
        pool=row,
        waiting=sum(lanes.values()),
        lanes=tuple(
            LaneView(
                name=lane.name.lower(),
                label=str(lane.label),
                waiting=lanes.get(lane, 0),
                closed=lane in row.closed_lanes,
            )
            for lane in Lane
            if lane in lanes or lane in row.closed_lanes
        ),
        oldest_seconds=(at - oldest).total_seconds() if oldest else None,
        running=Job.objects.in_flight().filter(pool=row).count(),
        slots=sum(view.worker.slots for view in workers if view.state in ("alive", "idle")),
        times=timings.times(row, at=at),
        workers=tuple(workers),
        quarantined=tuple(node for node in row.nodes.all() if node.quarantined is not None),
        owed=Job.objects.owed().filter(pool=row).count(),
    )


def _workers(*, at: datetime) -> Iterable[WorkerView]:
    running: dict[int, list[Job]] = defaultdict(list)
    for job in Job.objects.in_flight().filter(worker__isnull=False).defer("files", "report"):
        running[job.worker_id or 0].append(job)
    shown = Worker.objects.filter(last_seen__gt=at - SHOW_GONE).select_related("node__pool")
    for worker in shown.order_by("node__name", "-last_seen"):
        yield worker_view(worker, tuple(running[worker.pk]), at=at)


def machines(row: WorkerPool, *, at: datetime) -> QuerySet[Node]:
    """The machines of a pool, with how many of their workers are ``online`` and when one was ``seen`` last."""
    alive = Q(workers__gone=None, workers__last_seen__gt=at - LEASE)
    return row.nodes.annotate(online=Count("workers", filter=alive), seen=Max("workers__last_seen"))


def worker_view(worker: Worker, running: tuple[Job, ...], *, at: datetime) -> WorkerView:
    silent = max(0.0, (at - worker.last_seen).total_seconds())
    return WorkerView(worker=worker, state=_state(worker, running, at=at), running=running, silent_seconds=silent)


def _state(worker: Worker, jobs: tuple[Job, ...], *, at: datetime) -> str:
    """The first that holds: what keeps a worker from work stands before what it does."""
    reasons = {
        "dead": worker.gone is not None or worker.last_seen <= at - LEASE,
        "leaving": worker.leaving,
        "refusing": not worker.rung,
        "quarantined": worker.node.quarantined is not None or worker.health == Health.QUARANTINED,
        "trial": worker.health == Health.CANARY,
        "draining": worker.node.draining,
    }
    return next((state for state, holds in reasons.items() if holds), "alive" if jobs else "idle")
