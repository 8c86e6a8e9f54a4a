"""The end of a job: recorded once, in one transaction with whatever the floor above makes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from graders.report import Report
from workers.pools import ledger, live, timings
from workers.pools.clock import database_now
from workers.pools.models import IN_FLIGHT, Job, JobState

log = logging.getLogger(__name__)

Handler = Callable[[Job, Report], None]
Reopened = Callable[[Job], None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Who hears of jobs of one kind."""

    ended: Handler
    reopened: Reopened


_kinds: dict[str, Kind] = {}


def _nothing_to_undo(job: Job) -> None:
    """For kinds that keep nothing of an end."""


def register(kind: str, ended: Handler, *, reopened: Reopened = _nothing_to_undo) -> None:
    """Have ``ended`` called, in the transaction that records the end, for each job of ``kind``.

    Called from ``AppConfig.ready``: this is how the queue tells the floor above without knowing it.

    Args:
        reopened: called, in the transaction that queues it again, for a job that was given up: it undoes what
            ``ended`` made of that, and ``ended`` will be called once more.
    """
    _kinds[kind] = Kind(ended=ended, reopened=reopened)


@transaction.atomic
def end(
    job_id: int,
    *,
    state: JobState,
    report: Report,
    from_states: Iterable[str],
    token: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Record how a job ended, unless somebody was first: then nothing changes and the answer is ``False``.

    Args:
        token: the try that speaks; ``None`` where the platform itself ends the job.
    """
    guard = Job.objects.filter(pk=job_id, state__in=list(from_states))
    if token is not None:
        guard = guard.filter(token=token)
    job = guard.select_for_update(of=("self",)).select_related("pool", "worker__node").first()
    if job is None:
        return False
    at = at or database_now()
    flew = job.state in IN_FLIGHT
    used = max(0.0, (at - job.sent).total_seconds()) if flew and job.sent else 0.0
    changes = {"state": state, "report": report.to_dict(), "ended": at, "used_seconds": job.used_seconds + used}
    if flew:
        changes["again_seconds"] = timings.again(used, report.seconds)
    if state != JobState.CANCELLED:
        changes["lease_until"] = None  # a cancelled job holds its slot until the worker says that the student is dead
    if guard.update(**changes) != 1:
        return False
    for name, value in changes.items():
        setattr(job, name, value)
    ledger.close(job, flew=flew, used=used)
    _tell(job, report)
    return True


def _tell(job: Job, report: Report) -> None:
    kind = _kinds.get(job.kind)
    if kind is None:
        log.error("nobody is registered for jobs of kind %r", job.kind)
    else:
        kind.ended(job, report)
    done = {"kind": "done", "state": str(job.state), "outcome": str(report.outcome), "try": job.try_number}
    transaction.on_commit(lambda: live.publish(job.pk, done))


@transaction.atomic
def reopen(job_id: int) -> bool:
    """Give a job that was given up a fresh start; ``False`` if it is in another state."""
    fresh = {"errors": 0, "deaths": 0, "lost": 0, "first_lost": None, "not_before": None, "report": None, "ended": None}
    given_up = Job.objects.filter(pk=job_id, state=JobState.GAVE_UP)
    if given_up.update(state=JobState.QUEUED, token="", avoid=[], requeued=database_now(), **fresh) != 1:
        return False
    job = Job.objects.select_related("pool").get(pk=job_id)
    kind = _kinds.get(job.kind)
    if kind is not None:
        kind.reopened(job)
    return True
