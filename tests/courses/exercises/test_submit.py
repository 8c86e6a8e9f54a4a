"""Handing in: what is accepted, what is numbered, what is queued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, ExerciseDates, LateRule
from courses.exercises import submitting
from courses.exercises.models import State, Submission
from courses.exercises.submitting import SubmittingRefused
from graders.report import Outcome
from tests.courses.conftest import GOOD, make_exercise, report
from workers.pools.models import Job, JobState, Lane, Node, Worker, WorkerPool


def test_a_submission_and_its_job_are_written_together(learner: User, course: Course, exercise: Exercise) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    job = Job.objects.get()
    assert submission.job == job
    assert job.owner == f"submission:{submission.pk}"
    assert job.account == f"user:{learner.pk}"
    assert (job.pool.name, job.lane, job.tests, job.kind) == ("cpu", Lane.SUBMIT, "hidden", "submission")
    assert job.bundle == exercise.bundle
    assert job.files == GOOD
    assert submission.state == State.QUEUED


def test_nothing_is_queued_where_the_submission_is_refused(alice: User, course: Course, exercise: Exercise) -> None:
    with pytest.raises(SubmittingRefused, match="not enrolled"):
        submitting.submit(alice, course=course, exercise=exercise, files=GOOD)
    assert not Job.objects.exists()
    assert not Submission.objects.exists()


def test_submissions_are_numbered_for_each_student(
    learner: User, bob: User, course: Course, exercise: Exercise
) -> None:
    enroll(bob, course)
    numbers = [submitting.submit(user, course=course, exercise=exercise, files=GOOD).number for user in (learner, bob)]
    numbers.append(submitting.submit(learner, course=course, exercise=exercise, files=GOOD).number)
    assert numbers == [1, 1, 2]


def test_a_run_spends_nothing_and_goes_first(learner: User, course: Course) -> None:
    exercise = make_exercise(course, attempts=1)
    run = submitting.run(learner, course=course, exercise=exercise, files=GOOD)
    assert run.job is not None
    assert (run.job.lane, run.job.tests, run.job.kind) == (Lane.RUN, "visible", "run")
    assert submitting.attempts_left(learner, course, exercise) == 1


def test_a_new_run_ends_the_one_that_still_waits(learner: User, course: Course, exercise: Exercise) -> None:
    older = submitting.run(learner, course=course, exercise=exercise, files=GOOD)
    submitting.run(learner, course=course, exercise=exercise, files=GOOD)
    older.refresh_from_db()
    assert older.state == State.CANCELLED


def test_attempts_run_out(learner: User, course: Course) -> None:
    exercise = make_exercise(course, attempts=2)
    for _number in range(2):
        submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    with pytest.raises(SubmittingRefused, match="2 times"):
        submitting.submit(learner, course=course, exercise=exercise, files=GOOD)


@pytest.mark.parametrize("outcome", [Outcome.PLATFORM_ERROR, Outcome.EXERCISE_ERROR])
def test_an_outcome_that_is_not_the_students_fault_gives_the_attempt_back(
    learner: User, course: Course, end: Callable[..., None], outcome: Outcome
) -> None:
    exercise = make_exercise(course, attempts=1)
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(first, report(outcome=outcome, score=0))
    assert submitting.attempts_left(learner, course, exercise) == 1
    assert submitting.submit(learner, course=course, exercise=exercise, files=GOOD).number == 2


def test_a_cancelled_submission_gives_the_attempt_back(learner: User, course: Course) -> None:
    exercise = make_exercise(course, attempts=1)
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    assert submitting.cancel(first)
    first.refresh_from_db()
    assert first.state == State.CANCELLED
    assert submitting.attempts_left(learner, course, exercise) == 1
    assert not submitting.cancel(first)


def test_replace_takes_the_place_of_a_queued_one(learner: User, course: Course) -> None:
    exercise = make_exercise(course, attempts=1)
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    second = submitting.submit(learner, course=course, exercise=exercise, files=GOOD, replace=True)
    first.refresh_from_db()
    assert first.state == State.CANCELLED
    assert first.replaced_by == second


def test_replace_leaves_a_running_one_alone(learner: User, course: Course, exercise: Exercise) -> None:
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    Job.objects.update(state=JobState.RUNNING)
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD, replace=True)
    assert Submission.objects.get(pk=first.pk).state == State.RUNNING


def test_a_refused_replacement_leaves_the_queued_one_in_place(learner: User, course: Course) -> None:
    exercise = make_exercise(course, attempts=1)
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    Job.objects.update(state=JobState.RUNNING)
    with pytest.raises(SubmittingRefused):
        submitting.submit(learner, course=course, exercise=exercise, files=GOOD, replace=True)
    assert Submission.objects.get(pk=first.pk).state == State.RUNNING


def test_an_exercise_that_is_not_open_yet_takes_nothing(learner: User, course: Course, exercise: Exercise) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    ExerciseDates.objects.create(cohort=Cohort.default_for(course), exercise=exercise.slug, opens=tomorrow)
    with pytest.raises(SubmittingRefused, match="opens on"):
        submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    with pytest.raises(SubmittingRefused, match="opens on"):
        submitting.run(learner, course=course, exercise=exercise, files=GOOD)


@pytest.mark.parametrize(("rule", "credit"), [(LateRule.ACCEPT, 1.0), (LateRule.PENALTY, 0.8)])
def test_late_work_counts_as_its_cohort_says(
    learner: User, course: Course, exercise: Exercise, end: Callable[..., None], rule: LateRule, credit: float
) -> None:
    cohort = Cohort.default_for(course)
    Cohort.objects.filter(pk=cohort.pk).update(late_rule=rule)
    due = timezone.now() - timedelta(days=1, hours=1)
    ExerciseDates.objects.create(cohort=cohort, exercise=exercise.slug, due=due)
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission)
    assert submission.late
    assert submission.counted_score == pytest.approx(4 * credit)


def test_late_work_is_refused_where_the_cohort_says_so(learner: User, course: Course, exercise: Exercise) -> None:
    cohort = Cohort.default_for(course)
    Cohort.objects.filter(pk=cohort.pk).update(late_rule=LateRule.REFUSE)
    due = timezone.now() - timedelta(minutes=1)
    ExerciseDates.objects.create(cohort=cohort, exercise=exercise.slug, due=due)
    with pytest.raises(SubmittingRefused, match="was due on"):
        submitting.submit(learner, course=course, exercise=exercise, files=GOOD)


def test_a_gpu_exercise_with_sizes_for_a_cpu_goes_where_a_machine_can_take_it(learner: User, course: Course) -> None:
    exercise = make_exercise(course)
    exercise.pool = "gpu"
    exercise.spec["needs"] = {"device": "cuda", "memory_mb": 4000}
    exercise.spec["cpu"] = {"limits": exercise.spec["limits"], "sizes": {"width": 8}}
    exercise.save(update_fields=["pool", "spec"])

    def job() -> Job:
        submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
        assert submission.job is not None
        return submission.job

    without = job()
    assert (without.pool.name, without.device, without.memory_mb) == ("cpu", "cpu", 0)
    node = Node.objects.create(name="gpu-1", pool=WorkerPool.objects.create(name="gpu", device="cuda"))
    now = timezone.now()
    facts = {"name": "w", "device": "cuda", "rung": "namespaces", "first_seen": now, "last_seen": now}
    worker = Worker.objects.create(node=node, **facts)
    there = job()
    assert (there.pool.name, there.device, there.memory_mb) == ("gpu", "cuda", 4000)
    Worker.objects.filter(pk=worker.pk).update(slots=0)  # its devices are out of service
    assert job().pool.name == "cpu"
    exercise.spec["cpu"] = None  # then it waits for one
    assert job().pool.name == "gpu"
