"""Who has which try: extended by heartbeats, lapsed by silence, and what becomes of a try that is lost."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from graders.report import Outcome
from workers.messages import Heartbeat
from workers.pools import recording
from workers.pools.models import IN_FLIGHT, Job, JobState, Node, Worker
from workers.pools.terms import LEASE, MAX_DEATHS, MAX_LOST, MAX_LOST_TIME, MAX_WORKERS
from workers.ungraded import ungraded

log = logging.getLogger(__name__)


@transaction.atomic
def heard(node: Node, heartbeat: Heartbeat, *, at: datetime, steady_since: datetime) -> tuple[str, ...]:
    """Take in a heartbeat: extend the leases of the tries it names; returns those that are no longer wanted."""
    if heartbeat.replaces:
        for earlier in Worker.objects.filter(node=node, name__in=heartbeat.replaces, gone=None):
            bury(earlier, at=at, steady_since=steady_since)
    worker = _describe(node, heartbeat, at=at)
    if worker is None:
        return heartbeat.tries
    named = Job.objects.filter(worker=worker, token__in=heartbeat.tries)
    named.filter(lease_until__isnull=False).update(lease_until=at + LEASE)
    named.filter(state=JobState.SENT).update(state=JobState.RUNNING, started=at)
    if heartbeat.leaving and not heartbeat.tries:
        bury(worker, at=at, steady_since=at + LEASE)  # it went in peace: no job is to blame
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
    return Worker.objects.create(node=node, name=heartbeat.worker, first_seen=at, **facts)


def lapse(*, at: datetime, steady_since: datetime) -> None:
    """Take the tries from workers that have been silent for a lease.

    Args:
        steady_since: a try whose lease was last extended before this was lost in a gap of ours, so it does not count.
    """
    for worker in Worker.objects.filter(gone=None, last_seen__lt=at - LEASE).select_related("node"):
        log.warning("worker %s has been silent for %s: its tries are lost", worker, at - worker.last_seen)
        bury(worker, at=at, steady_since=steady_since)
    for job in Job.objects.filter(lease_until__lt=at):
        log.warning("job %d try %d lapsed: no heartbeat names it", job.pk, job.try_number)
        lose(job, at=at, death=False)


@transaction.atomic
def bury(worker: Worker, *, at: datetime, steady_since: datetime) -> None:
    """A worker is dead. A job that was alone on it is suspect, unless we were not there to hear the worker."""
    Worker.objects.filter(pk=worker.pk).update(gone=at)
    held = list(Job.objects.filter(worker=worker, lease_until__isnull=False))
    for job in held:
        heard_lately = job.lease_until is not None and job.lease_until - LEASE >= steady_since
        lose(job, at=at, death=len(held) == 1 and job.state == JobState.RUNNING and heard_lately)


def lose(job: Job, *, at: datetime, death: bool) -> None:
    """A try is lost: back to the queue, or given up where that has happened too often."""
    current = Job.objects.filter(pk=job.pk, token=job.token, state=job.state)
    if job.state not in IN_FLIGHT:
        current.update(lease_until=None)  # it had ended already; only its slot was still held
        return
    deaths, lost, first = job.deaths + death, job.lost + (not death), job.first_lost or at
    if deaths >= MAX_DEATHS:
        give_up(job, f"{deaths} workers died while they graded nothing but this")
    elif lost >= MAX_LOST or at - first > MAX_LOST_TIME:
        give_up(job, f"{lost} tries were lost, the first at {first:%Y-%m-%d %H:%M:%S %Z}")
    else:
        # The token stays until the next claim: should the worker come back with a report first, it counts.
        current.update(state=JobState.QUEUED, lease_until=None, deaths=deaths, lost=lost, first_lost=first)


def give_up(job: Job, reason: str) -> None:
    log.error("job %d of %s is given up: %s", job.pk, job.account, reason)
    report = ungraded(Outcome.PLATFORM_ERROR, reason)
    recording.end(job.pk, state=JobState.GAVE_UP, report=report, from_states=IN_FLIGHT, token=job.token)


def held_slots(workers: list[Worker]) -> dict[int, int]:
    """How many slots of each worker are held, by lease."""
    rows = Job.objects.filter(worker__in=workers, lease_until__isnull=False).order_by().values_list("worker_id")
    return dict(rows.annotate(Count("id")))
