"""What the page of a pool and the page of a worker show beside what ``overview`` says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from workers.audit.models import AuditEvent
from workers.pools import actions, forecast, leases, naming, ordering, overview, sampling
from workers.pools.auditing import name_of
from workers.pools.clock import database_now
from workers.pools.models import IN_FLIGHT, Job, JobState, PoolState, Sample, Worker, WorkerPool

#: Over how long charts may look back.
HOURS = (1, 6, 24)
#: Points of a chart: more are averaged, since nobody could see them.
MAX_POINTS = 240
#: Rows of the table that stands for the charts, and of the lists of jobs and of the trail.
ROWS = 20
OWED_ROWS = 50
#: What can be done on the night before a deadline: it stands beside the forecast.
FORECAST_LEVERS = ("lanes", "hourly", "share", "extend")


def hours_of(text: str | None) -> int:
    return next((hours for hours in HOURS if str(hours) == text), HOURS[0])


def pool_context(pool: WorkerPool, *, at: datetime) -> dict[str, Any]:
    nodes = list(overview.machines(pool, at=at))
    subjects = [name_of(pool), *(name_of(node) for node in nodes)]
    in_flight = Job.objects.in_flight().filter(pool=pool).select_related("worker__node")
    running = list(in_flight.defer("files", "report").order_by("sent")[:ROWS])
    waiting = list(Job.objects.filter(pool=pool, state=JobState.QUEUED).order_by(*ordering.ORDER).defer("files")[:ROWS])
    owed = list(Job.objects.owed().filter(pool=pool).order_by("-ended").defer("files")[:OWED_ROWS])
    trail = list(AuditEvent.objects.about(*subjects)[:ROWS])
    return {
        "view": overview.pool(pool, at=at),
        "nodes": nodes,
        "running": running,
        "waiting": waiting,
        "owed": [(job, leases.why_owed(job)) for job in owed],
        "names": _names([*running, *waiting, *owed], trail),
        "trail": trail,
        "levers": _levers(pool),
        **forecast_context(pool),
        "rows": _table(pool, at=at),
        "hour_choices": HOURS,
    }


def _names(jobs: Iterable[Job], trail: Iterable[AuditEvent]) -> dict[str, str]:
    """What everybody is called of whom the page tells."""
    groups = {line.details["group"] for line in trail if "group" in line.details}
    return naming.names_of({job.account for job in jobs} | {line.actor for line in trail} | groups)


def forecast_context(pool: WorkerPool) -> dict[str, Any]:
    """The forecast, with the levers that change it beside it."""
    found = forecast.forecast(pool)
    names = naming.names_of({due.group for due in found.due})
    return {
        "pool": pool,
        "forecast": found,
        "deadlines": [(due, names[due.group]) for due in found.due],
        "forecast_levers": {name: actions.POOL[name] for name in FORECAST_LEVERS},
    }


def _levers(pool: WorkerPool) -> dict[str, actions.Action]:
    """What can be done to the pool as it stands."""
    hidden = {"resume"} if pool.state == PoolState.ON else {"pause"}
    hidden |= {"drain"} if pool.state != PoolState.ON else set()
    hidden |= {*FORECAST_LEVERS}
    return {name: action for name, action in actions.POOL.items() if name not in hidden}


def worker_context(worker: Worker, *, at: datetime) -> dict[str, Any]:
    jobs = Job.objects.filter(worker=worker).defer("files", "report").order_by("-id")
    running = tuple(jobs.in_flight())
    node = worker.node
    hidden = {"resume" if not node.draining else "drain", "quarantine" if node.quarantined else "release"}
    latest = list(jobs.exclude(state__in=IN_FLIGHT)[:ROWS])
    trail = list(AuditEvent.objects.about(name_of(node))[:ROWS])
    return {
        "each": overview.worker_view(worker, running, at=at),
        "pool": node.pool,
        "latest": latest,
        "names": _names([*running, *latest], trail),
        "levers": {name: action for name, action in actions.NODE.items() if name not in hidden},
        "trail": trail,
        "rows": _table(node.pool, worker=worker, at=at),
        "hour_choices": HOURS,
    }


def _table(pool: WorkerPool, *, at: datetime, worker: Worker | None = None) -> list[Sample]:
    """The last hour in a few rows, the latest first: for who cannot see the charts."""
    samples = sampling.series(pool, since=at - timedelta(hours=HOURS[0]), worker=worker)
    step = max(1, -(-len(samples) // ROWS))
    return samples[::-1][::step]


def chart(pool: WorkerPool, *, hours: int, worker: Worker | None = None) -> dict[str, list[float | None]]:
    """Columns of numbers over time in at most ``MAX_POINTS`` steps: GB, per cent; a worker has no queue."""
    samples = sampling.series(pool, since=database_now() - timedelta(hours=hours), worker=worker)
    step = max(1, -(-len(samples) // MAX_POINTS))
    groups = [samples[start : start + step] for start in range(0, len(samples), step)]
    return {
        "at": [group[0].at.timestamp() for group in groups],
        "waiting": [_mean([sample.waiting for sample in group]) if worker is None else None for group in groups],
        "running": [_mean([sample.running for sample in group]) for group in groups],
        "slots": [_mean([sample.slots for sample in group]) for group in groups],
        "utilisation": [_mean([_percent(sample.utilisation) for sample in group]) for group in groups],
        "memory": [_mean([_gigabytes(sample.used_mb) for sample in group]) for group in groups],
    }


def _mean(values: list[float] | list[int] | list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 3) if known else None


def _percent(part: float | None) -> float | None:
    return None if part is None else 100 * part


def _gigabytes(megabytes: int | None) -> float | None:
    return None if megabytes is None else megabytes / 1024
