"""Reports that nodes send: one counts, for the current try; late, double and forged ones change nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from graders.report import Outcome, Report, ReportInvalid
from workers.logs import bound
from workers.messages import ReportMessage
from workers.pools import health, leases, recording
from workers.pools.models import ENDED, Job, JobState, Node
from workers.ungraded import ungraded

log = logging.getLogger(__name__)


def take(node: Node, message: ReportMessage, *, at: datetime) -> None:
    """Record what a node reports. It may be acknowledged whatever came of it: sending it again would change nothing."""
    found = Job.objects.filter(token=message.token, worker__node=node).select_related("worker__node")
    job = found.defer("files", "report").first()
    if job is None:
        log.info("node %s reports a try that is not its own or no longer current", node)
        return
    with bound(job=job.pk, try_number=job.try_number, node=node.name):
        _take(node, job, message, at=at)


def _take(node: Node, job: Job, message: ReportMessage, *, at: datetime) -> None:
    if job.state in ENDED:
        Job.objects.filter(pk=job.pk, token=message.token, state__in=ENDED).update(lease_until=None)
        return
    report = _read(node, message)
    if report.outcome == Outcome.CANCELLED:  # it lost contact and ended its students: nobody asked for that
        leases.lose(job, at=at, death=False)
    elif report.outcome == Outcome.PLATFORM_ERROR:
        log.warning("job %d try %d: platform error: %s", job.pk, job.try_number, report.message or report.findings)
        leases.fail(job, report, at=at)
    else:
        report = replace(report, seconds=replace(report.seconds, queued=_waited(job)))
        ended = recording.end(
            job.pk, state=JobState.DONE, report=report, from_states=leases.OPEN, token=message.token, at=at
        )
        log.info("job %d try %d: %s, recorded: %s", job.pk, job.try_number, report.outcome, ended)
        if ended and job.pinned_id is None:
            health.graded(node)


def _read(node: Node, message: ReportMessage) -> Report:
    try:
        report = Report.from_dict(message.report)
    except ReportInvalid as error:
        log.warning("node %s sent a report that is none: %s", node, error)
        return ungraded(Outcome.PLATFORM_ERROR, f"the node sent a report that is none: {error}")
    return replace(report, provenance=replace(report.provenance, node=node.name))


def _waited(job: Job) -> float:
    return max(0.0, round((job.sent - job.created).total_seconds(), 3)) if job.sent else 0.0  # clocks are set
