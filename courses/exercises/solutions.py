"""When a student may see the author's solution: as ``solution`` in ``exercise.yaml`` says."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.deadlines import dates_of
from courses.cohorts.models import Enrollment
from courses.exercises.models import Grade, Submission


def solution_for(user: User, course: Course, exercise: Exercise) -> Mapping[str, str]:
    """The solution's files where this user may see them by now; nothing otherwise."""
    allowed = user.has_perm("cohorts.view_full_reports", course) or _is_due(user, course, exercise)
    files: Mapping[str, str] = exercise.solution if allowed else {}
    return files


def _is_due(user: User, course: Course, exercise: Exercise) -> bool:
    rule, _colon, count = str(exercise.spec["solution"]).partition(":")
    match rule:
        case "passed":
            grade = Grade.objects.filter(user=user, course=course, exercise=exercise.slug).first()
            return grade is not None and grade.score >= course.pass_mark * grade.max_score
        case "attempts":
            return Submission.objects.of(user, course, exercise.slug).counting().count() >= int(count)
        case "due":
            enrollment = Enrollment.objects.filter(course=course, user=user).first()
            due = dates_of(enrollment, exercise.slug)[1] if enrollment else None
            return due is not None and timezone.now() > due
    return False
