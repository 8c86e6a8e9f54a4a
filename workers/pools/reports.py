"""Reports that nodes send: one counts, for the current try; late, double and forged ones change nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from graders.report import Outcome, Report, ReportInvalid
from workers.messages import ReportMessage
from workers.pools import leases, recording
from workers.pools.models import ENDED, IN_FLIGHT, Job, JobState, Node
from workers.pools.terms import ERROR_PAUSES
from workers.ungraded import ungraded

log = logging.getLogger(__name__)

#: A try that lapsed and was not sent again may still be reported: the work is done and the token is still its own.
OPEN = (JobState.QUEUED, *IN_FLIGHT)


def take(node: Node, message: ReportMessage, *, at: datetime) -> None:
    """Record what a node reports. It may be acknowledged whatever came of it: sending it again would change nothing."""
    job = Job.objects.filter(token=message.token, worker__node=node).first()
    if job is None:
        log.info("node %s reports a try that is not its own or no longer current", node)
        return
    if job.state in ENDED:
        Job.objects.filter(pk=job.pk, token=message.token, state__in=ENDED).update(lease_until=None)
        return
    report = _read(node, message)
    if report.outcome == Outcome.CANCELLED:  # it lost contact and ended its students: nobody asked for that
        leases.lose(job, at=at, death=False)
    elif report.outcome == Outcome.PLATFORM_ERROR:
        _try_again(job, report, at=at)
    else:
        report = replace(report, seconds=replace(report.seconds, queued=_waited(job)))
        recording.end(job.pk, state=JobState.DONE, report=report, from_states=OPEN, token=message.token)


def _read(node: Node, message: ReportMessage) -> Report:
    try:
        report = Report.from_dict(message.report)
    except ReportInvalid as error:
        log.warning("node %s sent a report that is none: %s", node, error)
        return ungraded(Outcome.PLATFORM_ERROR, f"the node sent a report that is none: {error}")
    return replace(report, provenance=replace(report.provenance, node=node.name))


def _try_again(job: Job, report: Report, *, at: datetime) -> None:
    log.warning("job %d try %d: platform error: %s", job.pk, job.try_number, report.message or report.findings)
    if job.errors >= len(ERROR_PAUSES):
        recording.end(job.pk, state=JobState.GAVE_UP, report=report, from_states=OPEN, token=job.token)
        return
    pause = ERROR_PAUSES[job.errors]
    Job.objects.filter(pk=job.pk, token=job.token, state=job.state).update(
        state=JobState.QUEUED, lease_until=None, token="", errors=job.errors + 1, not_before=at + pause
    )


def _waited(job: Job) -> float:
    return round((job.sent - job.created).total_seconds(), 3) if job.sent else 0.0
