"""What pools and workers did over time: a row for each every half a minute, kept for a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count

from workers.pools import queue
from workers.pools.models import IN_FLIGHT, Health, Job, JobState, Sample, Worker, WorkerPool

EVERY = timedelta(seconds=30)
KEEP = timedelta(days=1)


def take(*, at: datetime) -> None:
    """Write down what all pools and their living workers do now."""
    running = Counter(
        dict(Job.objects.held().filter(worker__gone=None).order_by().values_list("worker").annotate(Count("id")))
    )
    samples: list[Sample] = []
    for pool in WorkerPool.objects.all():
        workers = list(queue.alive(pool, at=at))
        samples += [_of_worker(pool, worker, running[worker.pk], at=at) for worker in workers]
        samples.append(_of_pool(pool, workers, at=at))
    Sample.objects.bulk_create(samples)


def _of_worker(pool: WorkerPool, worker: Worker, running: int, *, at: datetime) -> Sample:
    return Sample(
        pool=pool,
        worker=worker,
        at=at,
        running=running,
        slots=worker.slots,
        utilisation=worker.utilisation,
        used_mb=_total(worker.devices, "used_mb"),
        memory_mb=_total(worker.devices, "memory_mb"),
    )


def _of_pool(pool: WorkerPool, workers: list[Worker], *, at: datetime) -> Sample:
    known = [worker.utilisation for worker in workers if worker.utilisation is not None]
    devices = [device for worker in workers for device in worker.devices]
    open_jobs = Job.objects.filter(pool=pool, ended=None)
    return Sample(
        pool=pool,
        at=at,
        waiting=open_jobs.filter(state=JobState.QUEUED).count(),
        running=open_jobs.filter(state__in=IN_FLIGHT).count(),
        slots=sum(worker.slots for worker in workers if worker.health != Health.QUARANTINED),
        utilisation=sum(known) / len(known) if known else None,
        used_mb=_total(devices, "used_mb"),
        memory_mb=_total(devices, "memory_mb"),
    )


def _total(devices: Iterable[dict[str, float]], name: str) -> int | None:
    values = [int(device[name]) for device in devices if name in device]
    return sum(values) if values else None


def series(pool: WorkerPool, *, since: datetime, worker: Worker | None = None) -> list[Sample]:
    """The samples of a pool, or of one of its workers, from ``since`` on, the oldest first."""
    return list(Sample.objects.filter(pool=pool, worker=worker, at__gte=since).order_by("at"))


def forget(*, at: datetime) -> int:
    """Delete what is older than a day."""
    return Sample.objects.filter(at__lt=at - KEEP).delete()[0]
