"""The author's solution is shown when the exercise says so, and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, ExerciseDates
from courses.exercises import submitting
from courses.exercises.solutions import solution_for
from tests.courses.conftest import GOOD, make_exercise, report

End = Callable[..., None]


@pytest.mark.parametrize("rule", ["never", "passed", "attempts:1", "due"])
def test_at_first_nobody_who_learns_sees_it(learner: User, course: Course, client: Client, rule: str) -> None:
    make_exercise(course, solution=rule)
    client.force_login(learner)
    assert "return x.softmax(-1)" not in client.get("/courses/models/exercises/softmax/").content.decode()


def test_who_has_passed_sees_it(learner: User, course: Course, client: Client, end: End) -> None:
    exercise = make_exercise(course, solution="passed")
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=5))
    assert not solution_for(learner, course, exercise)
    end(submitting.submit(learner, course=course, exercise=exercise, files={"submission.py": "x"}), report(score=6))
    assert solution_for(learner, course, exercise) == GOOD
    client.force_login(learner)
    assert ">softmax</span>" in client.get("/courses/models/exercises/softmax/").content.decode()


def test_it_is_shown_after_enough_attempts(learner: User, course: Course, end: End) -> None:
    exercise = make_exercise(course, solution="attempts:2")
    for shown in (False, True):
        end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=0))
        assert bool(solution_for(learner, course, exercise)) is shown


def test_it_is_shown_after_the_due_date(learner: User, course: Course) -> None:
    exercise = make_exercise(course, solution="due")
    due = timezone.now() + timedelta(hours=1)
    dates = ExerciseDates.objects.create(cohort=Cohort.default_for(course), exercise="softmax", due=due)
    assert not solution_for(learner, course, exercise)
    dates.due = timezone.now() - timedelta(hours=1)
    dates.save(update_fields=["due"])
    assert solution_for(learner, course, exercise) == GOOD


def test_those_who_teach_see_it_always(teacher: User, course: Course) -> None:
    assert solution_for(teacher, course, make_exercise(course, solution="never")) == GOOD
