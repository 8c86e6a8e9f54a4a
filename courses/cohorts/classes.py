"""What one person teaches: their courses, how many learn there, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import STAFF_ROLES
from courses.cohorts.scope import scope_for
from courses.cohorts.waiting import exercises_by_hand, pieces


@dataclass(frozen=True, kw_only=True)
class TaughtClass:
    """One course, as far as this person teaches it."""

    course: Course
    instructs: bool  #: not an assistant
    students: int
    waiting: int | None  #: submissions that a person has to grade; None: machines grade everything


def classes_of(user: User) -> list[TaughtClass]:
    """The published courses that somebody teaches, by slug; of an assistant their own cohorts alone.

    A few queries for each course: one person teaches few.
    """
    courses = Course.objects.published()
    if not user.is_superuser:
        courses = courses.filter(enrollments__user=user, enrollments__role__in=STAFF_ROLES)
    return [_class(user, course) for course in courses.order_by("slug")]


def _class(user: User, course: Course) -> TaughtClass:
    scope = scope_for(user, course)
    by_hand = exercises_by_hand(course)
    return TaughtClass(
        course=course,
        instructs=scope.instructs,
        students=scope.students().count(),
        waiting=sum(not piece.is_marked for piece in pieces(scope, by_hand)) if by_hand else None,
    )
