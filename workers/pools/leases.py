"""Who has which try: extended by heartbeats, lapsed by silence, and what becomes of a try that is lost."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, Q

from graders.report import Outcome, Report
from workers.messages import Heartbeat
from workers.pools import health, recording
from workers.pools.faults import Fault, fault
from workers.pools.models import IN_FLIGHT, Job, JobState, Node, Worker
from workers.pools.terms import (
    ERROR_PAUSES,
    LEASE,
    MAX_DEATHS,
    MAX_LOST,
    MAX_LOST_TIME,
    MAX_QUEUED,
    MAX_WORKERS,
    TRIAL_ERRORS,
)
from workers.ungraded import ungraded

log = logging.getLogger(__name__)

#: A try that lapsed and was not sent again may still be reported: the work is done and the token is still its own.
OPEN = (JobState.QUEUED, *IN_FLIGHT)

#: One job's share of the work: done by itself, so that a job on which it fails keeps no other one back.
Step = Callable[[], None]


@transaction.atomic
def heard(node: Node, heartbeat: Heartbeat, *, at: datetime) -> tuple[str, ...]:
    """Take in a heartbeat: extend the leases of the tries it names; returns those that are no longer wanted."""
    if heartbeat.replaces:
        Worker.objects.filter(node=node, name__in=heartbeat.replaces, gone=None).update(gone=at)
    worker = _describe(node, heartbeat, at=at)
    if worker is None:
        return heartbeat.tries
    named = Job.objects.filter(worker=worker, token__in=heartbeat.tries)
    named.held().update(lease_until=at + LEASE)
    named.filter(state=JobState.SENT).update(state=JobState.RUNNING, started=at)
    if heartbeat.leaving and not heartbeat.tries:
        Worker.objects.filter(pk=worker.pk).update(gone=at)
    wanted = set(named.filter(state__in=IN_FLIGHT).values_list("token", flat=True)) if heartbeat.tries else ()
    return tuple(token for token in heartbeat.tries if token not in wanted)


def _describe(node: Node, heartbeat: Heartbeat, *, at: datetime) -> Worker | None:
    """Write down what a worker says of itself; ``None`` if its node has too many already."""
    facts = {
        "slots": heartbeat.slots,
        "device": heartbeat.device,
        "rung": heartbeat.rung,
        "reasons": list(heartbeat.reasons),
        "runtimes": list(heartbeat.runtimes),
        "versions": dict(heartbeat.versions),
        "data": list(heartbeat.data),
        "devices": [device.model_dump() for device in heartbeat.devices],
        "free_mb": max((device.memory_mb - device.used_mb for device in heartbeat.devices), default=None),
        "utilisation": _mean([device.utilisation for device in heartbeat.devices if device.utilisation is not None]),
        "leaving": heartbeat.leaving,
        "last_seen": at,
        "gone": None,
    }
    worker = Worker.objects.filter(name=heartbeat.worker).first()
    if worker is not None:
        if worker.node_id != node.pk:
            log.warning("node %s speaks for worker %s, which is not its own", node, heartbeat.worker)
            return None
        Worker.objects.filter(pk=worker.pk).update(**facts)
        return worker
    if Worker.objects.filter(node=node, gone=None).count() >= MAX_WORKERS:
        log.warning("node %s has more than %d workers; the new one gets nothing", node, MAX_WORKERS)
        return None
    worker = Worker.objects.create(node=node, name=heartbeat.worker, first_seen=at, **facts)
    health.joins(worker, at=at)
    return worker


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def orphans(*, at: datetime, steady_since: datetime) -> Iterator[Step]:
    """What to do with each job whose worker is gone. One that was alone on it is suspect.

    Not if the worker left in peace, and not if we were not there to hear it: ``steady_since`` is since when we are.
    """
    held = list(Job.objects.held().filter(worker__gone__isnull=False).select_related("worker__node"))
    count = Counter(job.worker_id for job in held)
    for job in held:
        heard_of = job.lease_until is not None and job.lease_until - LEASE >= steady_since
        peaceful = job.worker is not None and job.worker.leaving
        alone = count[job.worker_id] == 1 and job.state == JobState.RUNNING
        yield partial(lose, job, at=at, death=alone and heard_of and not peaceful)


def overdue(*, at: datetime, steady_since: datetime) -> Iterator[Step]:
    """What to do with each job of which no worker has spoken for a lease."""
    silent = Worker.objects.filter(gone=None, last_seen__lt=at - LEASE)
    for worker in silent.select_related("node"):
        log.warning("worker %s has been silent for %s: its tries are lost", worker, at - worker.last_seen)
    silent.update(gone=at)
    yield from orphans(at=at, steady_since=steady_since)
    lapsed = Job.objects.held().filter(lease_until__lt=at, worker__gone=None).select_related("worker__node")
    for job in lapsed:
        log.warning("job %d try %d lapsed: no heartbeat names it", job.pk, job.try_number)
        yield partial(lose, job, at=at, death=False)
    yield from overlong(at=at)


def overlong(*, at: datetime) -> Iterator[Step]:
    """What to do with each job that has been in its state for longer than any job may."""
    held = Job.objects.held().filter(state=JobState.RUNNING).select_related("worker__node")
    for job in held.defer("files"):
        if job.started is not None and (at - job.started).total_seconds() > job.max_seconds:
            yield partial(take_away, job, at=at)
    waiting = Job.objects.queued().filter(
        Q(requeued=None, created__lt=at - MAX_QUEUED) | Q(requeued__lt=at - MAX_QUEUED)
    )
    for job in waiting.defer("files")[:100]:
        yield partial(give_up, job, f"no worker took it within {MAX_QUEUED.days} days")


def take_away(job: Job, *, at: datetime) -> None:
    """End a try that runs longer than it may: the engine should have ended it, so the fault is not the student's."""
    log.error("job %d try %d runs for longer than %.0f s", job.pk, job.try_number, job.max_seconds)
    fail(job, ungraded(Outcome.PLATFORM_ERROR, f"it ran for longer than {job.max_seconds:.0f} s"), at=at)


def lose(job: Job, *, at: datetime, death: bool) -> None:
    """A try is lost: back to the queue, or given up where that has happened too often."""
    current = Job.objects.filter(pk=job.pk, token=job.token, state=job.state)
    if job.state not in IN_FLIGHT:
        current.update(lease_until=None)  # it had ended already; only its slot was still held
        return
    deaths, lost, first = job.deaths + death, job.lost + (not death), job.first_lost or at
    avoid = _avoid(job) if death else job.avoid
    if death and job.worker is not None:
        health.failed(job, job.worker.node, at=at)
    counts = {"deaths": deaths, "lost": lost, "first_lost": first}
    if deaths >= MAX_DEATHS:
        current.update(**counts)
        give_up(job, f"{deaths} workers died while they graded nothing but this")
    elif lost >= MAX_LOST or at - first > MAX_LOST_TIME:
        current.update(**counts)
        give_up(job, f"{lost} tries were lost, the first at {first:%Y-%m-%d %H:%M:%S %Z}")
    else:
        # The token stays until the next claim: should the worker come back with a report first, it counts.
        current.update(state=JobState.QUEUED, lease_until=None, avoid=avoid, **counts)


@transaction.atomic
def fail(job: Job, report: Report, *, at: datetime) -> None:
    """A try ended in ``platform_error``: another one comes a little later, elsewhere if it can, up to a bound."""
    node = job.worker.node if job.worker is not None else None
    errors = TRIAL_ERRORS if job.pinned_id is not None else len(ERROR_PAUSES)
    if job.errors >= errors:
        recording.end(job.pk, state=JobState.GAVE_UP, report=report, from_states=OPEN, token=job.token, at=at)
    else:
        again = {"lease_until": None, "token": "", "errors": job.errors + 1, "avoid": _avoid(job)}
        current = Job.objects.filter(pk=job.pk, token=job.token, state=job.state)
        if current.update(state=JobState.QUEUED, not_before=at + ERROR_PAUSES[job.errors], **again) != 1:
            return
    if node is not None:
        health.failed(job, node, at=at)


def _avoid(job: Job) -> list[str]:
    """The nodes that this job should not go to again while there are others: one entry for each failure."""
    node = [job.worker.node.name] if job.worker is not None else []
    return [*job.avoid, *node][-MAX_LOST:]


def give_up(job: Job, reason: str) -> None:
    log.error("job %d of %s is given up: %s", job.pk, job.account, reason)
    report = ungraded(Outcome.PLATFORM_ERROR, reason)
    recording.end(job.pk, state=JobState.GAVE_UP, report=report, from_states=OPEN, token=job.token)


def why_owed(job: Job) -> Fault:
    """Why ``job``, which was given up, was so, by what it has been through; for administrators."""
    if job.deaths >= MAX_DEATHS:
        return fault("deaths", count=job.deaths)
    if job.errors >= len(ERROR_PAUSES):
        return fault("errors", count=job.errors + 1)
    return fault("lost", count=job.lost + job.deaths) if job.first_lost else fault("unclaimed", days=MAX_QUEUED.days)


def held_slots(workers: list[Worker]) -> Counter[tuple[int, int]]:
    """How many slots of each worker are held, by lease, in each lane: counts by (worker, lane)."""
    rows = Job.objects.held().filter(worker__in=workers).order_by().values_list("worker_id", "lane")
    return Counter({(worker, lane): count for worker, lane, count in rows.annotate(Count("id"))})
