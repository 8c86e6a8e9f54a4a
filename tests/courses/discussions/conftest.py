"""alice and bob learn, carol teaches, in a course with one exercise; nobody waits for Valkey."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.discussions import writing
from courses.discussions.models import Post, Question, Where
from courses.discussions.places import Place
from courses.discussions.reading import Frame
from courses.exercises.models import Grade
from tests.courses.conftest import course, exercise, learner, teacher

__all__ = ["course", "exercise", "learner", "teacher"]

SOLUTION = "def softmax(x):\n    return x.softmax(-1)"


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def peer(bob: User, course: Course) -> User:
    """bob, enrolled."""
    enroll(bob, course)
    return bob


def place_of(frame: Frame, where: Where = Where.EXERCISE, slug: str = "softmax") -> Place:
    found = frame.places.get(where, slug)
    assert found is not None
    return found


def ask(
    user: User,
    course: Course,
    *,
    title: str = "Which axis?",
    text: str = "Along which axis?",
    marked: bool = False,
    where: Where = Where.EXERCISE,
    slug: str = "softmax",
) -> Question:
    frame = Frame(user, course)
    return writing.ask(frame, place_of(frame, where, slug), title=title, text=text, marked=marked)


def answer(user: User, question: Question, *, text: str = "The last one.", marked: bool = False) -> Post:
    return writing.answer(Frame(user, question.course), question, text=text, marked=marked)


def pass_exercise(user: User, exercise: Exercise) -> None:
    Grade.objects.create(
        user=user,
        course=exercise.release.course,
        exercise=exercise.slug,
        score=exercise.points,
        max_score=exercise.points,
    )
