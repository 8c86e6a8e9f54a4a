"""Who gains and who loses by a regrade, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.accounts.models import User
from courses.catalog.models import Exercise, localized
from courses.exercises.models import Regrade, RegradedSubmission, ResultState, Submission
from courses.exercises.recording import order_of
from courses.exercises.terms import Terms

#: Points that differ by less are the same.
EPSILON = 1e-6
LARGE = ("files", "report")

Results = Sequence[Sequence[Any]]  #: as in ``Submission.results``


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The points that count for a student, and the submission that they come from."""

    score: float
    max_score: float
    submission: Submission
    outcome: str
    results: Results

    @property
    def share(self) -> float:
        return self.score / self.max_score if self.max_score else 0.0


@dataclass(frozen=True, kw_only=True)
class TestChange:
    """One test that ended differently. None: the test was not there."""

    __test__ = False

    title: str
    before: str | None  #: outcome
    after: str | None
    points: float  #: more, or fewer


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a regrade would do to one student's grade."""

    user: User
    before: Standing
    after: Standing
    tests: Sequence[TestChange] = field(default=())

    @property
    def loses(self) -> bool:
        """Fewer points, or a smaller share of those that there are."""
        fewer = self.after.score < self.before.score - EPSILON
        return fewer or self.after.share < self.before.share - EPSILON

    @property
    def gains(self) -> bool:
        more = self.after.score > self.before.score + EPSILON or self.after.share > self.before.share + EPSILON
        return more and not self.loses

    @property
    def matters(self) -> bool:
        """Whether anything of the grade changes: its points, those there are, or the submission it comes from."""
        other = self.before.submission.pk != self.after.submission.pk
        return other or self.gains or self.loses or self.before.max_score != self.after.max_score

    @property
    def difference(self) -> float:
        return round(self.after.score - self.before.score, 6)


def changes_of(regrade: Regrade, *, users: Collection[int] | None = None) -> list[Change]:
    """The grades of all whose submissions were graded again, before and after; those who lose first. Three queries.

    Args:
        users: of these students alone.
    """
    results = regrade.results.all() if users is None else regrade.results.filter(submission__user__in=users)
    again = {item.submission_id: item for item in results.filter(state=ResultState.DONE).defer("report")}
    graded = results.order_by().values("submission__user")
    rows = Submission.objects.counting().filter(course=regrade.course, exercise=regrade.exercise, user__in=graded)
    by_user: dict[int, list[Submission]] = {}
    for row in rows.select_related("user").defer(*LARGE).order_by("number"):
        by_user.setdefault(row.user_id, []).append(row)
    exercise = Exercise.objects.filter(release__current_of=regrade.course_id, slug=regrade.exercise).first()
    terms = Terms.of(exercise) if exercise else None
    order = order_of(terms)
    titles = {name: str(localized(test.title)) for name, test in terms.tests.items()} if terms else {}
    changes = [_change(mine, again, regrade, order=order, titles=titles) for mine in by_user.values()]
    return sorted(changes, key=lambda change: (not change.loses, not change.gains, change.difference, change.user.pk))


def _change(
    mine: Sequence[Submission],
    again: Mapping[int, RegradedSubmission],
    regrade: Regrade,
    *,
    order: tuple[str, ...],
    titles: Mapping[str, str],
) -> Change:
    before = _counting((_standing(row) for row in mine), order=order)
    after = _counting((_standing(row, again.get(row.pk), regrade=regrade) for row in mine), order=order)
    tests = tuple(_test_changes(before.results, after.results, titles))
    return Change(user=mine[0].user, before=before, after=after, tests=tests)


def _standing(row: Submission, item: RegradedSubmission | None = None, *, regrade: Regrade | None = None) -> Standing:
    if item is None or regrade is None:
        return Standing(
            score=row.counted_score,
            max_score=row.max_score,
            submission=row,
            outcome=row.outcome,
            results=row.results or (),
        )
    return Standing(
        score=round(((item.score or 0.0) + (row.manual_points or 0.0)) * row.credit, 6),
        max_score=regrade.points,
        submission=row,
        outcome=item.outcome,
        results=item.results or (),
    )


def _counting(standings: Iterable[Standing], *, order: tuple[str, ...]) -> Standing:
    """The one that counts, in the order in which ``recording.settle`` chooses."""

    def place(standing: Standing) -> tuple[float, ...]:
        values = {"counted": standing.score, "number": float(standing.submission.number)}
        return tuple(-values[name[1:]] if name.startswith("-") else values[name] for name in order)

    return min(standings, key=place)


def _test_changes(before: Results, after: Results, titles: Mapping[str, str]) -> Iterable[TestChange]:
    old, new = ({row[0]: (str(row[1]), float(row[2])) for row in results} for results in (before, after))
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = old.get(name), new.get(name)
        if was != now:
            points = (now[1] if now else 0.0) - (was[1] if was else 0.0)
            yield TestChange(
                title=titles.get(name, name),
                before=was[0] if was else None,
                after=now[0] if now else None,
                points=round(points, 6),
            )
