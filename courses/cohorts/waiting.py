"""Work that a person grades: of each student the submission that counts by its tests, and whether somebody read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.scope import Scope
from courses.exercises.models import Submission
from courses.exercises.terms import Terms

#: What lists of submissions do not show, and would read in vain.
LARGE = ("files", "report")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One submission that a person grades, or has graded."""

    pk: int
    user: User
    exercise: Exercise
    number: int
    handed_in: datetime
    late: bool
    is_marked: bool
    points: float | None  #: given by persons so far
    max_points: float


def exercises_by_hand(course: Course) -> list[Exercise]:
    """The exercises of the current release of which a person grades something."""
    rows = Exercise.objects.filter(release=course.current_release_id).select_related("chapter")
    wanted = rows.only("slug", "title", "points", "spec", "chapter__slug", "chapter__texts", "position")
    return [row for row in wanted if row.spec.get("manual")]


def pieces(scope: Scope, exercises: Sequence[Exercise]) -> list[Piece]:
    """What there is to grade in these exercises, in the order of the course and then of handing in; one query.

    Of each student it is the submission whose tests say that it counts: the last one, or the one with the most points
    and of equals the latest, since somebody who hands in again wants the newer text read.
    """
    by_slug = {exercise.slug: exercise for exercise in exercises}
    rows = (
        Submission.objects.counting()
        .filter(course=scope.course, exercise__in=by_slug, user__in=scope.student_ids(), manual_max__gt=0)
        .select_related("user")
        .defer(*LARGE, "results")
        .order_by("number")
    )
    order = {exercise.slug: place for place, exercise in enumerate(exercises)}
    found = [_piece(row, by_slug[row.exercise]) for row in _chosen(rows, by_slug)]
    return sorted(found, key=lambda piece: (order[piece.exercise.slug], piece.handed_in, piece.pk))


def _chosen(rows: Iterable[Submission], exercises: Mapping[str, Exercise]) -> Iterable[Submission]:
    best: dict[tuple[int, str], Submission] = {}
    last = {slug: Terms.of(exercise).counts == "last" for slug, exercise in exercises.items()}
    for row in rows:
        key = (row.user_id, row.exercise)
        so_far = best.get(key)
        if so_far is None or last[row.exercise] or _by_tests(row) >= _by_tests(so_far):
            best[key] = row
    return best.values()


def _by_tests(row: Submission) -> float:
    return (row.score or 0.0) * row.credit


def _piece(row: Submission, exercise: Exercise) -> Piece:
    return Piece(
        pk=row.pk,
        user=row.user,
        exercise=exercise,
        number=row.number,
        handed_in=row.created,
        late=row.late,
        is_marked=row.marked is not None,
        points=row.manual_points,
        max_points=row.manual_max,
    )
