"""The end of a job: recorded once, in one transaction with whatever the floor above makes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import transaction

from graders.report import Report
from workers.pools import live
from workers.pools.clock import database_now
from workers.pools.models import Job, JobState

log = logging.getLogger(__name__)

Handler = Callable[[Job, Report], None]

_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Have ``handler`` called, in the transaction that records the end, for each job of ``kind``.

    Called from ``AppConfig.ready``: this is how the queue tells the floor above without knowing it.
    """
    _handlers[kind] = handler


def end(job_id: int, *, state: JobState, report: Report, from_states: Iterable[str], token: str | None = None) -> bool:
    """Record how a job ended, unless somebody was first: then nothing changes and the answer is ``False``.

    Args:
        token: the try that speaks; ``None`` where the platform itself ends the job.
    """
    guard = Job.objects.filter(pk=job_id, state__in=list(from_states))
    if token is not None:
        guard = guard.filter(token=token)
    changes = {"state": state, "report": report.to_dict(), "ended": database_now()}
    if state != JobState.CANCELLED:
        changes["lease_until"] = None  # a cancelled job holds its slot until the worker says that the student is dead
    with transaction.atomic():
        if guard.update(**changes) != 1:
            return False
        job = Job.objects.select_related("pool", "worker__node").get(pk=job_id)
        handler = _handlers.get(job.kind)
        if handler is None:
            log.error("nobody is registered for jobs of kind %r", job.kind)
        else:
            handler(job, report)
        done = {"kind": "done", "state": str(state), "outcome": str(report.outcome), "try": job.try_number}
        transaction.on_commit(lambda: live.publish(job_id, done))
    return True
