"""What instructors change about a class, each with its line in the audit trail: the one owner of these changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.accounts.models import User
from courses.cohorts.deadlines import Dates
from courses.cohorts.models import Cohort, Enrollment, ExerciseDates, Extension, Role
from workers.audit import trail
from workers.audit.trail import PERSON


class LastInstructor(Exception):
    """A course keeps one instructor at least."""


def record(by: User, action: str, subject: Cohort | Enrollment, **details: Any) -> None:
    noun = "cohort" if isinstance(subject, Cohort) else "enrollment"
    trail.record(f"{PERSON}{by.pk}", action, subject=f"{noun}:{subject.pk}", details={"name": str(subject), **details})


def save_cohort(cohort: Cohort, *, by: User) -> None:
    """Store a cohort's settings."""
    with transaction.atomic():
        is_new = cohort.pk is None
        cohort.save()
        names = ("title", "late_rule", "late_percent", "time_zone", "own_discussions")
        settings = {name: getattr(cohort, name) for name in names}
        record(by, "cohort.create" if is_new else "cohort.change", cohort, **settings)


def set_dates(cohort: Cohort, dates: Mapping[str, Dates], *, by: User) -> int:
    """Say when exercises open and are due; how many of them that changed."""
    with transaction.atomic():
        before = {row.exercise: (row.opens, row.due) for row in cohort.dates.select_for_update()}
        changed = {name: new for name, new in dates.items() if before.get(name, (None, None)) != new}
        for exercise, (opens, due) in changed.items():
            if opens is None and due is None:
                cohort.dates.filter(exercise=exercise).delete()
            else:
                values = {"opens": opens, "due": due}
                ExerciseDates.objects.update_or_create(cohort=cohort, exercise=exercise, defaults=values)
            old = [_written(moment) for moment in before.get(exercise, (None, None))]
            new = [_written(opens), _written(due)]
            record(by, "cohort.dates", cohort, exercise=exercise, before=old, after=new)
    return len(changed)


def extend(enrollment: Enrollment, exercise: str, due: datetime, *, reason: str, by: User) -> Extension:
    """Give somebody longer, for one exercise or (empty) for all."""
    with transaction.atomic():
        extension, _created = Extension.objects.update_or_create(
            enrollment=enrollment, exercise=exercise, defaults={"due": due, "reason": reason, "granted_by": by}
        )
        record(by, "enrollment.extend", enrollment, exercise=exercise, due=_written(due), reason=reason)
    return extension


def withdraw(extension: Extension, *, by: User) -> None:
    with transaction.atomic():
        record(by, "enrollment.withdraw_extension", extension.enrollment, exercise=extension.exercise)
        extension.delete()


def change_enrollment(enrollment: Enrollment, *, role: Role, cohort: Cohort, by: User) -> bool:
    """Give somebody another role or cohort; False: nothing changed. Raises ``LastInstructor``."""
    with transaction.atomic():
        course = enrollment.course
        locked = Enrollment.objects.select_for_update().filter(course=course, role=Role.INSTRUCTOR)
        instructors = set(locked.values_list("pk", flat=True))
        if instructors == {enrollment.pk} and role != Role.INSTRUCTOR:
            raise LastInstructor
        if (enrollment.role, enrollment.cohort_id) == (role, cohort.pk):
            return False
        before = {"role": enrollment.role, "cohort": enrollment.cohort.slug}
        enrollment.role, enrollment.cohort = role, cohort
        enrollment.save(update_fields=["role", "cohort"])
        record(by, "enrollment.change", enrollment, before=before, after={"role": role, "cohort": cohort.slug})
    return True


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
