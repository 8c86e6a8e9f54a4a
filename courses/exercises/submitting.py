"""The one owner of handing in and of running: pages and the API both call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.accounts.models import User
from courses.authoring.checking.queueing import work_of
from courses.catalog.models import Course, Exercise
from courses.cohorts.deadlines import Dates, dates_of
from courses.cohorts.models import Enrollment, LateRule
from courses.exercises.files import clean_answer
from courses.exercises.models import Kind, Submission
from courses.exercises.terms import Terms
from workers.pools import jobs, placement

DEFAULT_POOL = "cpu"


class SubmittingRefused(Exception):
    """The rules of the course forbid it now. The message is a sentence for the student."""

    status = 403


@dataclass(frozen=True, kw_only=True)
class Lateness:
    late: bool
    credit: float


def submit(
    user: User, *, course: Course, exercise: Exercise, files: Mapping[str, object], replace: bool | None = None
) -> Submission:
    """Hand in: spend an attempt, number it, and queue it for the hidden tests.

    Args:
        replace: take the place of an older queued submission; None: as the exercise says.

    Raises:
        FilesRefused: the files cannot be graded.
        SubmittingRefused: not enrolled, not open, too late, or no attempt is left.
    """
    terms = Terms.of(exercise)
    clean = clean_answer(files, terms, starter=exercise.starter)
    with transaction.atomic():
        enrollment = _enrollment(user, course)
        dates = dates_of(enrollment, exercise.slug)
        lateness = _check_dates(enrollment, dates)
        gives_way = terms.supersede if replace is None else replace
        replaced = _take_back_queued(user, course, exercise) if gives_way else []
        _check_attempts(user, course, exercise, terms=terms)
        submission = _create(user, course, exercise, kind=Kind.SUBMISSION, files=clean, lateness=lateness)
        _queue(submission, exercise, enrollment, due=dates[1])
        Submission.objects.filter(pk__in=replaced).update(replaced_by=submission)
    return submission


def run(user: User, *, course: Course, exercise: Exercise, files: Mapping[str, object]) -> Submission:
    """Run the visible tests: no attempt is spent, and the output is shown. An older Run that still waits gives way.

    Raises:
        FilesRefused: the files cannot be run.
        SubmittingRefused: not enrolled, not open, or there are no visible tests.
    """
    clean = clean_answer(files, Terms.of(exercise), starter=exercise.starter)
    if not exercise.visible_test:
        raise SubmittingRefused(_("This exercise has no visible tests to run. Submit it instead."))
    with transaction.atomic():
        enrollment = _enrollment(user, course)
        _check_open(dates_of(enrollment, exercise.slug))
        for older in Submission.objects.of(user, course, exercise.slug).filter(kind=Kind.RUN).waiting():
            if older.job_id is not None:
                jobs.cancel(older.job_id)
        lateness = Lateness(late=False, credit=1.0)
        submission = _create(user, course, exercise, kind=Kind.RUN, files=clean, lateness=lateness)
        _queue(submission, exercise, enrollment, due=None)
    return submission


def cancel(submission: Submission) -> bool:
    """End a submission that has no outcome yet; its attempt comes back. False where it had ended already."""
    return submission.job_id is not None and jobs.cancel(submission.job_id)


def attempts_left(user: User, course: Course, exercise: Exercise) -> int | None:
    """None: as many as the student likes."""
    limit = Terms.of(exercise).attempts
    if limit is None:
        return None
    return max(0, limit - Submission.objects.of(user, course, exercise.slug).spending_attempts().count())


def _enrollment(user: User, course: Course) -> Enrollment:
    """The user's enrollment, locked: two submissions of one student at the same moment are numbered one by one."""
    enrollment = (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("cohort")
        .filter(user=user, course=course)
        .first()
    )
    if enrollment is None:
        raise SubmittingRefused(_("You are not enrolled in this course. Enroll first; then your work can be graded."))
    return enrollment


def _check_open(dates: Dates) -> None:
    opens, _due = dates
    if opens is not None and timezone.now() < opens:
        raise SubmittingRefused(_("This exercise opens on %(date)s.") % {"date": _date(opens)})


def _check_dates(enrollment: Enrollment, dates: Dates) -> Lateness:
    _check_open(dates)
    _opens, due = dates
    now = timezone.now()
    late = due is not None and now > due
    if due is not None and late and enrollment.cohort.late_rule == LateRule.REFUSE:
        raise SubmittingRefused(_("This exercise was due on %(date)s.") % {"date": _date(due)})
    return Lateness(late=late, credit=enrollment.cohort.credit(due=due, at=now))


def _date(moment: datetime) -> str:
    return str(formats.localize(moment))


def _check_attempts(user: User, course: Course, exercise: Exercise, *, terms: Terms) -> None:
    if terms.attempts is None:
        return
    spent = Submission.objects.of(user, course, exercise.slug).spending_attempts().count()
    if spent >= terms.attempts:
        raise SubmittingRefused(
            ngettext(
                "This exercise may be submitted %(count)d time, and you have done so.",
                "This exercise may be submitted %(count)d times, and you have done so.",
                terms.attempts,
            )
            % {"count": terms.attempts}
        )


def _create(
    user: User, course: Course, exercise: Exercise, *, kind: Kind, files: dict[str, str], lateness: Lateness
) -> Submission:
    earlier = Submission.objects.of(user, course, exercise.slug).filter(kind=kind)
    return Submission.objects.create(
        user=user,
        course=course,
        exercise=exercise.slug,
        kind=kind,
        number=(earlier.aggregate(last=Max("number"))["last"] or 0) + 1,
        files=files,
        bundle=exercise.bundle,
        spent=kind == Kind.SUBMISSION,
        late=lateness.late,
        credit=lateness.credit,
        max_score=exercise.points,
        manual_max=Terms.of(exercise).manual_points if kind == Kind.SUBMISSION else 0.0,
    )


def _queue(submission: Submission, exercise: Exercise, enrollment: Enrollment, *, due: datetime | None) -> None:
    tests = "visible" if submission.is_run else "hidden"
    try:
        submission.job = jobs.enqueue(
            kind=submission.kind,
            owner=f"submission:{submission.pk}",
            account=f"user:{submission.user_id}",
            group=f"cohort:{enrollment.cohort_id}",
            lane="run" if submission.is_run else "submit",
            bundle=submission.bundle,
            files=submission.files,
            tests=tests,
            work=f"{submission.course_id}/{submission.exercise}/{tests}",
            like=work_of(submission.exercise),
            due=due,
            **job_terms(exercise),
        )
    except jobs.Refused as error:
        raise SubmittingRefused(str(error)) from error
    submission.save(update_fields=["job"])


def job_terms(exercise: Exercise) -> dict[str, Any]:
    """Where a job of this exercise may run, and for how long."""
    spec: Mapping[str, Any] = exercise.spec
    needs, limits, pool = spec["needs"], spec["limits"], exercise.pool or DEFAULT_POOL
    if spec.get("cpu") and not placement.served(pool, needs["device"]):  # then it has sizes for a CPU
        needs, limits, pool = {"device": "cpu", "memory_mb": 0}, spec["cpu"]["limits"], DEFAULT_POOL
    return {
        "pool": pool,
        "max_seconds": _longest(limits),
        "device": needs["device"],
        "memory_mb": needs["memory_mb"],
        "runtime": spec["runtime"],
    }


def _longest(limits: Mapping[str, float]) -> float:
    """Seconds after which a worker has surely forgotten a try: three students may load and run, and a cold runtime."""
    return 3 * (limits["load_seconds"] + limits["seconds"]) + 300


def _take_back_queued(user: User, course: Course, exercise: Exercise) -> list[int]:
    """Cancel the student's submissions of the exercise that no worker has yet; their attempts come back."""
    waiting = Submission.objects.of(user, course, exercise.slug).handed_in().waiting()
    return [older.pk for older in waiting if older.job_id is not None and jobs.cancel(older.job_id, queued_only=True)]
