"""The one owner of enrolling."""

from __future__ import annotations

from datetime import datetime

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment, ExerciseDates, Role


def enroll(user: User, course: Course, *, role: Role = Role.STUDENT, cohort: Cohort | None = None) -> Enrollment:
    """Put a user into a course, or return the enrollment that they already have (whatever its role)."""
    enrollment, _created = Enrollment.objects.get_or_create(
        user=user, course=course, defaults={"cohort": cohort or Cohort.default_for(course), "role": role}
    )
    return enrollment


def dates_of(cohort: Cohort, exercise: str) -> tuple[datetime | None, datetime | None]:
    """When an exercise opens and is due in a cohort; None where it has no such date."""
    row = ExerciseDates.objects.filter(cohort=cohort, exercise=exercise).first()
    return (row.opens, row.due) if row else (None, None)
