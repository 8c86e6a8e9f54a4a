"""How the hidden tests of an exercise work: who fails which, at which attempt it is passed, and how long that takes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.catalog.models import Course, Exercise
from courses.exercises.models import Submission
from courses.exercises.terms import Terms
from courses.quizzes.statistics import MIN_LEARNERS, point_biserial, verdict
from graders.report import Outcome, TestOutcome

#: What a page about many submissions reads of each.
COLUMNS = ("pk", "user", "exercise", "number", "created", "outcome", "results")


@dataclass(frozen=True, kw_only=True)
class Passing:
    """One learner and one test."""

    user: int
    attempts: int  #: up to and with the first pass, or all of them
    passed: bool
    seconds: float  #: from the first submission to the first pass, or to the last submission


@dataclass(frozen=True, kw_only=True)
class TestStats:
    __test__ = False

    name: str
    title: Mapping[str, str]
    points: float
    passings: Sequence[Passing]
    discrimination: float | None

    @property
    def learners(self) -> int:
        return len(self.passings)

    @property
    def is_told(self) -> bool:
        return self.learners >= MIN_LEARNERS

    @property
    def failing(self) -> list[int]:
        """Who has not passed it yet, those with the most attempts first."""
        waiting = [each for each in self.passings if not each.passed]
        return [each.user for each in sorted(waiting, key=lambda each: -each.attempts)]

    @property
    def by_attempt(self) -> list[int]:
        """How many passed it at the first attempt, at the second or third, later, and not yet."""
        passed = [each.attempts for each in self.passings if each.passed]
        first, soon = sum(each == 1 for each in passed), sum(each in (2, 3) for each in passed)
        return [first, soon, len(passed) - first - soon, self.learners - len(passed)]

    @property
    def difficulty(self) -> float:
        """The share who passed it at the first attempt."""
        return self.by_attempt[0] / self.learners if self.learners else 0.0

    @property
    def median_attempts(self) -> float | None:
        passed = [each.attempts for each in self.passings if each.passed]
        return statistics.median(passed) if passed else None

    @property
    def median_seconds(self) -> float | None:
        """How long those took who did not pass it at once."""
        passed = [each.seconds for each in self.passings if each.passed and each.attempts > 1]
        return statistics.median(passed) if passed else None

    @property
    def verdict(self) -> str:
        return verdict(self.discrimination)


Row = Mapping[str, Any]  #: ``COLUMNS`` of a submission


def rows_of(course: Course, exercise: str, users: QuerySet[Any, Any]) -> dict[int, list[Row]]:
    """The submissions of a class to an exercise, by learner, the first one first; one query without code or reports."""
    rows = Submission.objects.counting().filter(course=course, exercise=exercise, user__in=users)
    found: dict[int, list[Row]] = {}
    for row in rows.order_by("number").values(*COLUMNS):
        found.setdefault(row["user"], []).append(row)
    return found


def test_stats(exercise: Exercise, by_user: Mapping[int, Sequence[Row]]) -> list[TestStats]:
    """The hidden tests of an exercise, in its order."""
    points = {str(test["name"]): float(test["points"]) for test in exercise.spec["tests"]}
    firsts = {user: _points(rows[0]) for user, rows in by_user.items()}
    found = []
    for name, terms in Terms.of(exercise).tests.items():
        passings = list(_passings(name, by_user))
        right = {each.user: each.passed and each.attempts == 1 for each in passings}
        rest = [sum(value for test, value in firsts[user].items() if test != name) for user in right]
        found.append(
            TestStats(
                name=name,
                title=terms.title,
                points=points[name],
                passings=passings,
                discrimination=point_biserial(list(right.values()), rest),
            )
        )
    return found


test_stats.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever pytest thinks of the name


def outcomes(by_user: Mapping[int, Sequence[Row]]) -> list[tuple[str, int, int]]:
    """How submissions ended that did not run all tests: outcome, submissions, learners."""
    counted: dict[str, list[int]] = {}
    for user, rows in by_user.items():
        for row in rows:
            if row["outcome"] != Outcome.GRADED:
                counted.setdefault(row["outcome"], []).append(user)
    return sorted(((name, len(users), len(set(users))) for name, users in counted.items()), key=lambda row: -row[1])


def _passings(name: str, by_user: Mapping[int, Sequence[Row]]) -> Iterator[Passing]:
    for user, rows in by_user.items():
        with_it = [(row, ended) for row in rows if (ended := _outcome(row, name)) is not None]
        if not with_it:
            continue
        first = next((place for place, (_row, ended) in enumerate(with_it) if ended == TestOutcome.PASSED), None)
        last = with_it[-1 if first is None else first][0]
        yield Passing(
            user=user,
            attempts=len(with_it) if first is None else first + 1,
            passed=first is not None,
            seconds=(last["created"] - with_it[0][0]["created"]).total_seconds(),
        )


def _outcome(row: Row, name: str) -> str | None:
    return next((str(result[1]) for result in row["results"] or () if result[0] == name), None)


def _points(row: Row) -> dict[str, float]:
    return {str(result[0]): float(result[2]) for result in row["results"] or ()}
