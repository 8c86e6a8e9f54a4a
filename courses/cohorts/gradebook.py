"""Who got what: one row a student, one column an exercise of the current release."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Cohort, Enrollment
from courses.exercises.models import Grade

#: Excel reads a UTF-8 file as UTF-8 only if it begins with this mark.
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

#: What a gradebook does not show of submissions, and would read in vain.
LARGE = ("submission__files", "submission__report")


@dataclass(frozen=True, kw_only=True)
class Row:
    user: User
    cohort: Cohort
    grades: Sequence[Grade | None]  #: one for each exercise of the book; None: nothing graded yet

    @property
    def total(self) -> float:
        return round(sum(grade.score for grade in self.grades if grade), 6)


@dataclass(frozen=True, kw_only=True)
class Gradebook:
    course: Course
    exercises: Sequence[Exercise]
    rows: Sequence[Row]

    @property
    def max_total(self) -> float:
        return sum(exercise.points for exercise in self.exercises)


def gradebook_of(course: Course, *, cohort: Cohort | None = None) -> Gradebook:
    """The gradebook of a course, or of one of its cohorts, in three queries."""
    exercises = list(Exercise.objects.filter(release=course.current_release_id))
    enrollments = Enrollment.objects.students().filter(course=course).select_related("user", "cohort")
    if cohort is not None:
        enrollments = enrollments.filter(cohort=cohort)
    graded = Grade.objects.filter(course=course, user__in=enrollments.order_by().values("user"))
    grades = {(grade.user_id, grade.exercise): grade for grade in graded.select_related("submission").defer(*LARGE)}
    rows = [
        Row(
            user=enrollment.user,
            cohort=enrollment.cohort,
            grades=[grades.get((enrollment.user_id, exercise.slug)) for exercise in exercises],
        )
        for enrollment in enrollments
    ]
    return Gradebook(course=course, exercises=exercises, rows=rows)


def to_csv(book: Gradebook) -> str:
    """The gradebook for a spreadsheet. Column names are the exercises' slugs, which are stable."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    slugs = [exercise.slug for exercise in book.exercises]
    writer.writerow(["user_id", "username", "name", "email", "cohort", *slugs, "total", "max_total"])
    for row in book.rows:
        user = row.user
        texts = [user.username, user.get_full_name(), user.email, row.cohort.slug]
        scores = ["" if grade is None else f"{grade.score:g}" for grade in row.grades]
        writer.writerow([user.pk, *map(harmless, texts), *scores, f"{row.total:g}", f"{book.max_total:g}"])
    return BYTE_ORDER_MARK + out.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: names are what their owners typed."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text
