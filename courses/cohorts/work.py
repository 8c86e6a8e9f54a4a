"""One student's work in a course, for those who teach them: every submission, exercise by exercise, and the quizzes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.catalog.models import Exercise, localized
from courses.cohorts.gradebook import Gradebook, gradebook_of
from courses.cohorts.models import Enrollment
from courses.cohorts.waiting import LARGE
from courses.exercises.models import Grade, Submission
from courses.quizzes.models import Quiz
from graders.report import TestOutcome

#: Of one exercise; the others are counted.
SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One submission, and the titles of the tests that it did not pass."""

    submission: Submission
    failed: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ExerciseWork:
    """What a student handed in for one exercise, the newest first."""

    slug: str
    title: str
    grade: Grade | None
    attempts: Sequence[Attempt]
    older: int  #: submissions that are not shown


@dataclass(frozen=True, kw_only=True)
class QuizWork:
    quiz: Quiz
    points: float


@dataclass(frozen=True, kw_only=True)
class Work:
    exercises: Sequence[ExerciseWork]
    quizzes: Sequence[QuizWork]
    book: Gradebook


def work_of(enrollment: Enrollment) -> Work:
    """All of it in a handful of queries."""
    course = enrollment.course
    book = gradebook_of(course, [enrollment])
    row = book.rows[0]
    by_exercise: dict[str, list[Submission]] = {}
    for submission in _handed_in(enrollment):
        by_exercise.setdefault(submission.exercise, []).append(submission)
    grades = {exercise.slug: grade for exercise, grade in zip(book.exercises, row.grades, strict=True)}
    specs = dict(Exercise.objects.filter(release=course.current_release_id).values_list("slug", "spec"))
    titles = {each.slug: each.title_text for each in book.exercises}
    order = [*titles, *(slug for slug in by_exercise if slug not in titles)]  # the current release may have lost some
    return Work(
        exercises=[
            ExerciseWork(
                slug=slug,
                title=titles.get(slug, slug),
                grade=grades.get(slug),
                attempts=list(_attempts(by_exercise[slug][:SHOWN], specs.get(slug, {}))),
                older=max(0, len(by_exercise[slug]) - SHOWN),
            )
            for slug in order
            if slug in by_exercise
        ],
        quizzes=[
            QuizWork(quiz=quiz, points=earned)
            for quiz, earned in zip(book.quizzes, row.quizzes, strict=True)
            if earned is not None
        ],
        book=book,
    )


def _handed_in(enrollment: Enrollment) -> QuerySet[Submission]:
    rows = Submission.objects.handed_in().filter(user=enrollment.user_id, course=enrollment.course_id)
    return rows.select_related("job", "replaced_by").defer(*LARGE, "job__files", "job__report", *_OF_REPLACING)


_OF_REPLACING = ("replaced_by__files", "replaced_by__report")


def _attempts(
    rows: Sequence[Submission], spec: Mapping[str, list[Mapping[str, Mapping[str, str]]]]
) -> Iterator[Attempt]:
    titles = {str(test["name"]): str(localized(test["title"])) for test in spec.get("tests", ())}
    for row in rows:
        failed = [test for test, outcome, _points, _worth in row.results or () if outcome != TestOutcome.PASSED]
        yield Attempt(submission=row, failed=[titles.get(test, test) for test in failed])
