"""What becomes of a report: the queue calls this in the transaction that records the end of the job."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from courses.competitions import entering, standings
from courses.competitions.models import Competition, Entry, Rescored
from courses.competitions.ranking import Ranking
from graders.competition import PARTS, TEST
from graders.report import Outcome, Report, TestOutcome
from workers.pools import jobs
from workers.pools.models import Job

log = logging.getLogger(__name__)

RESCORED = "rescored"


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What scoring has measured, unrounded. It is told nobody as it is."""

    public: float
    private: float
    measures: dict[str, float]

    @classmethod
    def of(cls, report: Report) -> Scores | None:
        """None: the entry was not scored."""
        for test in report.tests:
            measured = dict(test.measures)
            if test.name == TEST and test.outcome == TestOutcome.PASSED and set(PARTS) <= measured.keys():
                return cls(public=measured.pop("public"), private=measured.pop("private"), measures=measured)
        return None


def register() -> None:
    """Called once, when Django is ready."""
    jobs.register(entering.KIND, record, reopened=reopen)
    jobs.register(RESCORED, record_rescored, reopened=reopen_rescored)


def record(job: Job, report: Report) -> None:
    """Write an entry's scores, give it back where it costs none, and renew its team's place."""
    _forget_scores(job, report)
    entry = Entry.objects.waiting().select_related("team").filter(job=job).first()
    if entry is None:
        log.warning("job %s ended, but no entry waits for it", job.pk)
        return
    ranking = ranking_of(entry.competition_id)
    scores = Scores.of(report)
    changes: dict[str, Any] = {"ended": timezone.now(), "outcome": report.outcome.value}
    if scores is not None:
        public, improved = ranking.told(scores.public, best=_best_told(entry, ranking))
        changes |= {"public_score": public, "improved": improved, "measures": scores.measures}
        changes["private_score"] = ranking.private(scores.private)
    else:
        changes |= {"findings": [finding.to_dict() for finding in _findings(report)]}
        if not _costs(report):
            changes["spent"] = False
    if Entry.objects.waiting().filter(pk=entry.pk).update(**changes) == 1 and scores is not None:
        standings.refresh(entry.team, ranking)


def ranking_of(competition: int) -> Ranking:
    found = Competition.objects.select_related("scored_by").only("scored_by__spec").get(pk=competition)
    assert found.scored_by is not None  # it has entries
    return Ranking.by(found.scored_by)


def _best_told(entry: Entry, ranking: Ranking) -> float | None:
    """The best score that the team was told before; of baselines none, which are told as they are."""
    if not ranking.step or entry.user_id is None:
        return None
    best = ranking.best_public(entry.team.entries.scored()).first()
    return best.public_score if best else None


def _findings(report: Report) -> list[Any]:
    return [*report.findings, *(finding for test in report.tests for finding in test.findings)]


def _costs(report: Report) -> bool:
    """Not for our faults, nor the author's: a test that ends with an error is a scoring that could not be computed."""
    broken = any(test.outcome == TestOutcome.ERROR for test in report.tests)
    return report.costs_an_attempt and not (broken and report.outcome == Outcome.GRADED and not _findings(report))


def _forget_scores(job: Job, report: Report) -> None:
    """The job's copy of the report loses what it measured: whoever looks at jobs must not see private scores."""
    kept = report.to_dict()
    for test in kept["tests"]:
        if test["name"] == TEST:
            test["measures"] = {}
    Job.objects.filter(pk=job.pk).update(report=kept)


def reopen(job: Job) -> None:
    """The job was given up and is queued again: its entry waits as if it had never ended."""
    rows = Entry.objects.filter(job=job, ended__isnull=False)
    rows.update(ended=None, outcome="", findings=[], spent=True)
    Entry.objects.filter(job=job, user=None).update(spent=False)


def record_rescored(job: Job, report: Report) -> None:
    """Keep an entry's new scores beside the old ones, until somebody applies them."""
    _forget_scores(job, report)
    scores = Scores.of(report)
    changes: dict[str, Any] = {"ended": timezone.now()}
    if scores is not None:
        changes |= {"public": scores.public, "private": scores.private, "measures": scores.measures}
    Rescored.objects.filter(job=job, ended=None).update(**changes)


def reopen_rescored(job: Job) -> None:
    Rescored.objects.filter(job=job).update(ended=None, public=None, private=None, measures={})
