"""What becomes of a report: the queue calls ``record`` in the transaction that records the end of the job."""

from __future__ import annotations

import logging

from django.utils import timezone

from courses.accounts.models import User
from courses.catalog import progress
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Enrollment
from courses.exercises.models import Grade, Kind, Submission
from courses.exercises.terms import Terms
from courses.exercises.unanswered import note_unanswered
from graders.report import Report
from workers.pools import jobs
from workers.pools.models import Job

log = logging.getLogger(__name__)


def register() -> None:
    """Called once, when Django is ready."""
    for kind in Kind:
        jobs.register(kind, record, reopened=reopen)


def record(job: Job, report: Report) -> None:
    """Write a report on its submission, give the attempt back where it costs none, and work out the grade anew."""
    waiting = Submission.objects.waiting().filter(job=job)
    changes = {
        "ended": timezone.now(),
        "outcome": report.outcome.value,
        "score": report.score,
        "report": report.to_dict(),
        "results": in_short(report),
    }
    if waiting.update(**changes) != 1:
        log.warning("job %s ended, but no submission waits for it", job.pk)
        return
    if not report.costs_an_attempt:
        Submission.objects.filter(job=job).update(spent=False)
        return
    whole = Submission.objects.select_related("user", "course").defer("report", "results")
    submission = whole.get(job=job)
    if submission.kind == Kind.SUBMISSION:
        note_unanswered(submission)
        settle(submission.user, submission.course, submission.exercise)


def reopen(job: Job) -> None:
    """The job was given up and is queued again: its submission waits as if it had never ended."""
    rows = Submission.objects.filter(job=job)
    rows.filter(ended__isnull=False).update(ended=None, outcome="", score=None, report=None, results=None)
    rows.filter(kind=Kind.SUBMISSION).update(spent=True)


def in_short(report: Report) -> list[list[str | float]]:
    """What pages about many submissions read of a report, see ``Submission.results``."""
    return [[test.name, test.outcome.value, test.points, test.max_points] for test in report.tests]


def settle(user: User, course: Course, exercise: str) -> None:
    """Work out the points that count, from the submissions alone: doing it again changes nothing."""
    Enrollment.objects.select_for_update().filter(user=user, course=course).first()  # one at a time for a student
    candidates = Submission.objects.of(user, course, exercise).counting().counted()
    chosen = candidates.order_by(*order_of(_terms(course, exercise))).first()
    if chosen is None:
        Grade.objects.filter(user=user, course=course, exercise=exercise).delete()
        return
    Grade.objects.update_or_create(
        user=user,
        course=course,
        exercise=exercise,
        defaults={"score": chosen.counted_score, "max_score": chosen.max_score, "submission": chosen},
    )
    progress.refresh(user, course)


def order_of(terms: Terms | None) -> tuple[str, ...]:
    """In which order submissions count, as the current release says; the best where it no longer has the exercise.

    Of equals the first counts, but where a person grades the newest, which is the one that they will read.
    """
    if terms is not None and terms.counts == "last":
        return ("-number",)
    return ("-counted", "-number" if terms is not None and terms.manual else "number")


def _terms(course: Course, exercise: str) -> Terms | None:
    current = Exercise.objects.filter(release__current_of=course, slug=exercise).first()
    return Terms.of(current) if current else None
