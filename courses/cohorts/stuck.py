"""Who is stuck: many attempts in a row at one thing, and no way through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from courses.catalog.models import Exercise, localized
from courses.cohorts.models import Enrollment
from courses.cohorts.scope import Scope
from courses.exercises.models import Submission
from courses.exercises.terms import Terms
from courses.quizzes.models import Quiz, QuizAnswer
from graders.report import Outcome, TestOutcome

#: Failed attempts in a row from which on somebody is called stuck; the page lets one choose.
THRESHOLDS = (3, 5, 10)
USUAL = 5
#: Failing tests that a line names; the rest are counted.
NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """One student and one thing."""

    enrollment: Enrollment
    slug: str  #: of the exercise or quiz
    title: str
    things: Sequence[str]  #: tests that fail each time, or the question
    outcome: str  #: how every one of the attempts ended, where no test ran; empty: tests ran
    attempts: int
    since: datetime | None  #: None: a quiz, of which only the latest answer is kept
    last: datetime
    submission: int | None  #: the last one; None: a quiz

    @property
    def named(self) -> Sequence[str]:
        """The things that the line names."""
        return self.things[:NAMED]

    @property
    def more(self) -> int:
        """How many others there are."""
        return len(self.things) - len(self.named)


def stuck_in(scope: Scope, *, least: int) -> list[Stuck]:
    """Everybody who has failed ``least`` times in a row or more, the most attempts first; five queries."""
    enrollments = {row.user_id: row for row in scope.students().select_related("user", "cohort")}
    found = [*_in_exercises(scope, enrollments, least=least), *_in_quizzes(scope, enrollments, least=least)]
    return sorted(found, key=lambda each: (each.attempts, each.last), reverse=True)


def _in_exercises(scope: Scope, enrollments: Mapping[int, Enrollment], *, least: int) -> Iterator[Stuck]:
    rows = Exercise.objects.filter(release=scope.course.current_release_id).select_related("chapter")
    exercises = {each.slug: each for each in rows.only("slug", "title", "spec", "points", "chapter__slug")}
    handed_in = Submission.objects.counting().filter(
        course=scope.course, exercise__in=exercises, user__in=scope.student_ids()
    )
    often = handed_in.order_by().values("user", "exercise").annotate(count=Count("pk")).filter(count__gte=least)
    pairs = {(row["user"], row["exercise"]) for row in often}
    columns = ("pk", "user", "exercise", "created", "outcome", "results")
    some = handed_in.filter(user__in={user for user, _slug in pairs}, exercise__in={slug for _user, slug in pairs})
    history: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in some.order_by("number").values(*columns):
        history.setdefault((row["user"], row["exercise"]), []).append(row)
    for (user, slug), attempts in history.items():
        if (user, slug) in pairs and (found := _run(attempts, least=least)) is not None:
            names, run = found
            titles = {name: str(localized(test.title)) for name, test in Terms.of(exercises[slug]).tests.items()}
            yield Stuck(
                enrollment=enrollments[user],
                slug=slug,
                title=exercises[slug].title_text,
                things=[titles.get(name, name) for name in names],
                outcome=_common_outcome(run),
                attempts=len(run),
                since=run[0]["created"],
                last=run[-1]["created"],
                submission=run[-1]["pk"],
            )


def _run(attempts: Sequence[dict[str, Any]], *, least: int) -> tuple[list[str], list[dict[str, Any]]] | None:
    """The tests that the latest attempts all failed, and those attempts: as many as the most stubborn test has."""
    longest: dict[str, int] = {}
    ended: set[str] = set()
    for attempt in reversed(attempts):
        for name, outcome, *_points in attempt["results"] or ():
            if outcome == TestOutcome.PASSED:
                ended.add(name)
            elif name not in ended:
                longest[name] = longest.get(name, 0) + 1
    names = {name: count for name, count in longest.items() if count >= least}
    return (list(names), list(attempts[-max(names.values()) :])) if names else None


def _common_outcome(run: Sequence[dict[str, Any]]) -> str:
    outcomes = {row["outcome"] for row in run}
    return outcomes.pop() if len(outcomes) == 1 and outcomes != {Outcome.GRADED} else ""


def _in_quizzes(scope: Scope, enrollments: Mapping[int, Enrollment], *, least: int) -> Iterator[Stuck]:
    quizzes = {quiz.slug: quiz for quiz in Quiz.objects.filter(release=scope.course.current_release_id)}
    rows = QuizAnswer.objects.filter(
        course=scope.course, quiz__in=quizzes, user__in=scope.student_ids(), mastered_at=None, tries__gte=least
    )
    for row in rows:
        question = next((each for each in quizzes[row.quiz].spec if each["id"] == row.question), None)
        if question is not None:
            yield Stuck(
                enrollment=enrollments[row.user_id],
                slug=row.quiz,
                title=quizzes[row.quiz].title_text,
                things=[row.question],
                outcome="",
                attempts=row.tries,
                since=None,
                last=row.answered_at,
                submission=None,
            )
