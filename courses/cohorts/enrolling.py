"""The one owner of enrolling."""

from __future__ import annotations

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment, Role


def enroll(user: User, course: Course, *, role: Role = Role.STUDENT, cohort: Cohort | None = None) -> Enrollment:
    """Put a user into a course, or return the enrollment that they already have (whatever its role)."""
    enrollment, _created = Enrollment.objects.get_or_create(
        user=user, course=course, defaults={"cohort": cohort or Cohort.default_for(course), "role": role}
    )
    return enrollment
