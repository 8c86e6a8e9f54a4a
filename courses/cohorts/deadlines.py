"""When work opens and is due: for a cohort, and for those in it who were given longer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from courses.cohorts.models import Cohort, Enrollment, ExerciseDates
from workers.pools import naming

GROUP = "cohort:"
Dates = tuple[datetime | None, datetime | None]


def dates_of(enrollment: Enrollment, exercise: str) -> Dates:
    """When an exercise opens and is due for somebody; None where there is no such date."""
    return dates_by_exercise(enrollment).get(exercise, (None, None))


def dates_by_exercise(enrollment: Enrollment) -> dict[str, Dates]:
    """The dates of everything that has any, in two queries. An extension never makes anything due earlier."""
    dates: dict[str, Dates] = {
        row.exercise: (row.opens, row.due) for row in ExerciseDates.objects.filter(cohort=enrollment.cohort_id)
    }
    extensions = {row.exercise: row.due for row in enrollment.extensions.all()}
    for exercise, (opens, due) in dates.items():
        longer = [extensions[name] for name in (exercise, "") if name in extensions]
        dates[exercise] = (opens, max([due, *longer]) if due is not None else None)
    return dates


def extend(group: str, due: datetime, until: datetime) -> int:
    """Move what is due in a cohort at ``due`` to ``until``; how many exercises that were. Nothing is ever due earlier.

    Args:
        group: a job's group, ``cohort:`` and its number; others are not ours.
    """
    number = naming.numbered([group], GROUP).get(group)
    if number is None or until <= due:
        return 0
    return ExerciseDates.objects.filter(cohort=number, due=due).update(due=until)


def names(groups: Collection[str]) -> dict[str, str]:
    """What the cohorts among ``groups`` are called, each with its course, in one query."""
    found = naming.rows_of(groups, GROUP, Cohort.objects.select_related("course"))
    return {group: f"{cohort.course.title_text}: {cohort}" for group, cohort in found.items()}
