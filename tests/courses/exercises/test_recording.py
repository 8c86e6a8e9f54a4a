"""What becomes of a report: the submission, the attempt, the grade."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.catalog.reading import registry
from courses.exercises import recording, submitting
from courses.exercises.models import Grade, State, Submission
from courses.exercises.showing import show
from graders.report import Outcome
from tests.courses.conftest import GOOD, make_exercise, report
from workers.pools import recording as queue
from workers.pools.models import JobState

End = Callable[..., None]


def grade(user: User) -> float:
    return Grade.objects.get(user=user).score


def test_a_report_is_written_on_its_submission(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission)
    assert submission.state == State.DONE
    assert (submission.outcome, submission.score, submission.max_score) == ("graded", 4, 10)
    assert grade(learner) == 4


def test_the_best_submission_counts(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    for score in (3, 9, 6):
        end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=score))
    assert grade(learner) == 9
    assert Grade.objects.get().submission == Submission.objects.get(score=9)


def test_the_last_submission_counts_where_the_exercise_says_so(learner: User, course: Course, end: End) -> None:
    exercise = make_exercise(course, counts="last")
    for score in (3, 9, 6):
        end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=score))
    assert grade(learner) == 6


def test_reports_that_arrive_out_of_order_make_the_same_grade(learner: User, course: Course, end: End) -> None:
    exercise = make_exercise(course, counts="last")
    first, second = (submitting.submit(learner, course=course, exercise=exercise, files=GOOD) for _ in range(2))
    end(second, report(score=5))
    end(first, report(score=9))
    assert grade(learner) == 5


def test_a_run_makes_no_grade(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    end(submitting.run(learner, course=course, exercise=exercise, files=GOOD))
    assert not Grade.objects.exists()


@pytest.mark.parametrize("outcome", [Outcome.PLATFORM_ERROR, Outcome.EXERCISE_ERROR])
def test_what_is_not_the_students_fault_makes_no_grade(
    learner: User, course: Course, exercise: Exercise, end: End, outcome: Outcome
) -> None:
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(outcome=outcome, score=0))
    assert not Grade.objects.exists()


def test_code_that_does_not_load_counts_with_what_it_got(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    found = report(outcome=Outcome.STUDENT_ERROR, score=0, tests=())
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), found)
    assert grade(learner) == 0


def test_a_second_report_of_the_same_job_changes_nothing(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission, report(score=7))
    assert submission.job is not None
    recording.record(submission.job, report(score=10))
    assert Submission.objects.get().score == 7
    assert grade(learner) == 7


def test_working_out_the_grade_again_changes_nothing(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=7))
    recording.settle(learner, course, exercise.slug)
    assert grade(learner) == 7


def test_the_catalogue_hears_of_scores(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=7))
    assert registry.scores(learner, course)["softmax"].share == pytest.approx(0.7)
    assert registry.role(learner, course) == "student"


def test_a_submission_whose_exercise_is_gone_is_still_recorded(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    Exercise.objects.all().delete()
    end(submission)
    assert grade(learner) == 4


def test_what_the_platform_owes_is_graded_after_all(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    assert submission.job is not None
    job = submission.job
    gave_up = report(outcome=Outcome.PLATFORM_ERROR, score=0)
    assert queue.end(job.pk, state=JobState.GAVE_UP, report=gave_up, from_states=[JobState.QUEUED])
    submission = Submission.objects.get(pk=submission.pk)
    assert (submission.state, submission.spent) == (State.DONE, False)
    assert "we owe you the grade" in show(submission, reader=learner).message
    assert queue.reopen(job.pk)
    assert not queue.reopen(job.pk)
    submission = Submission.objects.get(pk=submission.pk)
    assert (submission.state, submission.outcome, submission.report) == (State.QUEUED, "", None)
    end(submission)
    assert (submission.outcome, submission.spent, grade(learner)) == ("graded", True, 4)
