"""The one owner of regrades until they are applied: begin, feed, record, cancel; ``applying`` has the rest.

A regrade grades again what was handed in, with the tests of the current release and the seed of the first time. What it
finds is kept beside the submissions and touches none of them until an instructor applies it. Its jobs run in a lane of
their own, behind all students, and only a window of them is queued at a time: the end of one queues the next.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Cohort, Enrollment
from courses.exercises.models import (
    Grade,
    Regrade,
    RegradedSubmission,
    RegradeScope,
    RegradeState,
    ResultState,
    Submission,
    SubmissionQuerySet,
)
from courses.exercises.recording import in_short
from courses.exercises.submitting import job_terms
from courses.exercises.terms import Terms
from graders.report import Report
from workers.audit import trail
from workers.audit.trail import PERSON
from workers.pools import jobs, naming
from workers.pools.models import Job

log = logging.getLogger(__name__)

KIND = "regrade"
#: Jobs of one regrade in the queue at a time: more than a pool has slots, few enough to be cancelled at once.
WINDOW = 64
#: What the account of a regrade begins with.
ACCOUNT = "regrade:"


class RegradeRefused(Exception):
    """It cannot be done now. The message is a sentence for the instructor."""


def register() -> None:
    """Called once, when Django is ready."""
    jobs.register(KIND, record, reopened=reopen)


def candidates(course: Course, exercise: str, *, cohort: Cohort | None, scope: str) -> SubmissionQuerySet:
    """The submissions that a regrade would grade again."""
    students = Enrollment.objects.students().filter(course=course, **({"cohort": cohort} if cohort else {}))
    rows = Submission.objects.counting().filter(course=course, exercise=exercise)
    rows = rows.filter(user__in=students.order_by().values("user"))
    if scope == RegradeScope.COUNTING:
        counting = Grade.objects.filter(course=course, exercise=exercise, submission__isnull=False)
        rows = rows.filter(pk__in=counting.values("submission"))
    return rows


def begin(course: Course, exercise: Exercise, *, cohort: Cohort | None, scope: str, reason: str, by: User) -> Regrade:
    """Grade again what was handed in.

    Raises:
        RegradeRefused: nothing was, or another regrade of the exercise is open.
    """
    rows = list(candidates(course, exercise.slug, cohort=cohort, scope=scope).order_by("pk").values_list("pk"))
    if not rows:
        raise RegradeRefused(_("Nothing was handed in that could be graded again."))
    try:
        with transaction.atomic():
            regrade = Regrade.objects.create(
                course=course,
                exercise=exercise.slug,
                cohort=cohort,
                scope=scope,
                reason=reason,
                bundle=exercise.bundle,
                spec={"job": job_terms(exercise), "manual_max": Terms.of(exercise).manual_points},
                points=exercise.points,
                created_by=by,
            )
            items = [RegradedSubmission(regrade=regrade, submission_id=pk) for (pk,) in rows]
            RegradedSubmission.objects.bulk_create(items, batch_size=500)
            _feed(regrade, WINDOW)
            write_down(regrade, "begin", by=by, submissions=len(items), reason=reason)
    except IntegrityError as error:
        raise RegradeRefused(_("This exercise is being graded again already. Apply or cancel that first.")) from error
    return regrade


def _feed(regrade: Regrade, count: int) -> None:
    """Queue the next ones."""
    waiting = regrade.results.filter(state=ResultState.WAITING).select_related("submission")
    for item in waiting.order_by("pk")[:count]:
        claimed = RegradedSubmission.objects.filter(pk=item.pk, state=ResultState.WAITING)
        if claimed.update(state=ResultState.QUEUED) != 1:
            continue
        submission = item.submission
        job = jobs.enqueue(
            kind=KIND,
            owner=f"regrade:{item.pk}",
            account=f"{ACCOUNT}{regrade.pk}",
            lane="regrade",
            bundle=regrade.bundle,
            files=submission.files,
            tests="hidden",
            work=f"{submission.course_id}/{submission.exercise}/hidden",
            seed=int((submission.report or {}).get("seed", 0)) or None,
            **regrade.spec["job"],
        )
        RegradedSubmission.objects.filter(pk=item.pk).update(job=job)


def names(words: Collection[str]) -> dict[str, str]:
    """What the accounts of regrades among ``words`` are called, in one query."""
    found = naming.rows_of(words, ACCOUNT, Regrade.objects.all())
    return {word: _("grading %(exercise)s again") % {"exercise": regrade.exercise} for word, regrade in found.items()}


def record(job: Job, report: Report) -> None:
    """Keep what grading again found, queue the next one, and note when all of them have ended."""
    item = RegradedSubmission.objects.filter(job=job, state=ResultState.QUEUED).first()
    if item is None:
        log.warning("job %s ended, but no regrade waits for it", job.pk)
        return
    regrade = Regrade.objects.select_for_update().get(pk=item.regrade_id)  # those that end together take turns
    found: dict[str, Any] = {"state": ResultState.FAILED, "outcome": report.outcome.value}
    if report.costs_an_attempt:
        found |= {"state": ResultState.DONE, "score": report.score, "report": report.to_dict()}
        found["results"] = in_short(report)
    RegradedSubmission.objects.filter(pk=item.pk).update(**found)
    if regrade.state != RegradeState.RUNNING:
        return
    _feed(regrade, 1)
    if not regrade.results.filter(state__in=(ResultState.WAITING, ResultState.QUEUED)).exists():
        Regrade.objects.filter(pk=regrade.pk, state=RegradeState.RUNNING).update(state=RegradeState.READY)


def reopen(job: Job) -> None:
    """A job that was given up is queued again: as long as the regrade is open, it waits for it."""
    items = RegradedSubmission.objects.filter(
        job=job, state=ResultState.FAILED, regrade__in=Regrade.objects.still_open()
    )
    for item in items:
        RegradedSubmission.objects.filter(pk=item.pk).update(state=ResultState.QUEUED, outcome="")
        Regrade.objects.filter(pk=item.regrade_id, state=RegradeState.READY).update(state=RegradeState.RUNNING)


def is_current(regrade: Regrade) -> bool:
    """Whether the exercise still has the tests that this regrade used."""
    current = Exercise.objects.filter(release__current_of=regrade.course_id, slug=regrade.exercise)
    return current.filter(bundle=regrade.bundle).exists()


def cancel(regrade: Regrade, *, by: User) -> bool:
    """End a regrade that is open; nothing of it counts. False: it was not, or is being applied already."""
    with transaction.atomic():
        opened = Regrade.objects.filter(pk=regrade.pk, state__in=(RegradeState.RUNNING, RegradeState.READY))
        if opened.update(state=RegradeState.CANCELLED, closed=timezone.now()) != 1:
            return False
        write_down(regrade, "cancel", by=by)
        for job_id in regrade.results.filter(state=ResultState.QUEUED, job__isnull=False).values_list("job", flat=True):
            jobs.cancel(job_id)
        regrade.results.update(report=None)
    return True


def write_down(regrade: Regrade, action: str, *, by: User | None, **details: Any) -> None:
    """A line in the audit trail; ``by`` is None where the account is gone."""
    about = {"exercise": regrade.exercise, "regrade": regrade.pk, **details}
    subject = f"course:{regrade.course.slug}"
    actor = f"{PERSON}{by.pk}" if by is not None else "an account that is gone"
    trail.record(actor, f"regrade.{action}", subject=subject, details=about)
