"""The queue is told how long an exercise takes, from how long it took."""

from __future__ import annotations

from collections.abc import Callable

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from courses.exercises.estimating import PRIOR_SECONDS
from graders.report import Outcome, Seconds
from tests.courses.conftest import GOOD, report


def test_the_median_of_the_latest_runs_is_expected(
    learner: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    assert first.job is not None
    assert first.job.estimated_seconds == PRIOR_SECONDS
    end(first, report(seconds=Seconds(ran=20)))
    for ran in (30.0, 22.0):
        end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(seconds=Seconds(ran=ran)))
    failed = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(failed, report(outcome=Outcome.PLATFORM_ERROR, score=0, seconds=Seconds(ran=900)))
    latest = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    assert latest.job is not None
    assert latest.job.estimated_seconds == 22
