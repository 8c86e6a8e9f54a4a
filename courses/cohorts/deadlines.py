"""The one owner of moving deadlines of a whole cohort."""

from __future__ import annotations

from datetime import datetime

from courses.cohorts.models import ExerciseDates

GROUP = "cohort:"


def extend(group: str, due: datetime, until: datetime) -> int:
    """Move what is due in a cohort at ``due`` to ``until``; how many exercises that were. Nothing is ever due earlier.

    Args:
        group: a job's group, ``cohort:`` and its number; others are not ours.
    """
    number = group.removeprefix(GROUP)
    if not group.startswith(GROUP) or not number.isdecimal() or until <= due:
        return 0
    return ExerciseDates.objects.filter(cohort=int(number), due=due).update(due=until)
