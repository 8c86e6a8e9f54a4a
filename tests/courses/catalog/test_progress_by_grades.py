"""A grade that passes the last exercise of a chapter makes the chapter done, without anybody opening a page."""

from __future__ import annotations

from collections.abc import Callable

from courses.accounts.models import User
from courses.catalog.models import ChapterProgress, Course, Exercise
from courses.exercises import submitting
from tests.courses.conftest import GOOD, report


def test_a_passing_grade_makes_the_chapter_done(
    learner: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    ChapterProgress.objects.create(user=learner, course=course, chapter="attention")
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=5))
    assert ChapterProgress.objects.get().done_at is None
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=6))
    assert ChapterProgress.objects.get().done_at is not None
