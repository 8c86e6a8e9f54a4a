"""Carol changes the tests of an exercise and grades again: she sees who gains and who loses before anything changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from courses.exercises import applying, regrading, submitting
from courses.exercises.models import Grade, Regrade, RegradedSubmission, RegradeState, ResultState, Submission
from courses.exercises.regrading import WINDOW, RegradeRefused
from graders.report import Outcome, Report, TestOutcome, TestResult
from tests.courses.conftest import GOOD, make_class, report
from workers.audit.models import AuditEvent
from workers.pools import jobs, recording
from workers.pools.models import IN_FLIGHT, Job, JobState, Lane

REGRADES = "/courses/models/class/regrades/"
NEW_BUNDLE = "c" * 64

End = Callable[..., None]


def found(sums: bool, stable: bool) -> Report:
    """What the tests find: 4 points for one, 6 for the other."""
    tests = tuple(
        TestResult(
            name=name,
            outcome=TestOutcome.PASSED if passed else TestOutcome.FAILED,
            points=worth if passed else 0,
            max_points=worth,
        )
        for name, passed, worth in (("test_sums_to_one", sums, 4), ("test_is_stable", stable, 6))
    )
    return report(score=4 * sums + 6 * stable, tests=tests)


def end_job(job: Job, what: Report) -> None:
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    assert recording.end(job.pk, state=JobState.DONE, report=what, from_states=IN_FLIGHT)


@pytest.fixture
def two(learner: User, bob: User, course: Course, exercise: Exercise, end: End) -> tuple[Submission, Submission]:
    """alice has 4 points and bob has 10; then a release changes the tests."""
    enroll(bob, course)
    alices = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(alices, found(sums=True, stable=False))
    bobs = submitting.submit(bob, course=course, exercise=exercise, files=GOOD)
    end(bobs, found(sums=True, stable=True))
    Exercise.objects.filter(pk=exercise.pk).update(bundle=NEW_BUNDLE)
    exercise.refresh_from_db()
    return alices, bobs


@pytest.fixture
def at_desk(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


@pytest.fixture
def preview(two: tuple[Submission, Submission], course: Course, exercise: Exercise, teacher: User) -> Regrade:
    """With the new tests alice gets 10 points and bob 6."""
    alices, bobs = two
    regrade = regrading.begin(course, exercise, cohort=None, scope="every", reason="axis", by=teacher)
    for submission, what in ((alices, found(sums=True, stable=True)), (bobs, found(sums=False, stable=True))):
        job = regrade.results.get(submission=submission).job
        assert job is not None
        end_job(job, what)
    regrade.refresh_from_db()
    return regrade


def score(user: User) -> float:
    return Grade.objects.get(user=user).score


def test_it_grades_in_its_own_lane_with_the_new_tests_and_the_old_seed(
    at_desk: Client, two: tuple[Submission, Submission]
) -> None:
    page = at_desk.get(REGRADES).content.decode()
    assert "2 submissions" in page  # were graded with earlier tests
    sent = {"exercise": "softmax", "scope": "every", "reason": "axis"}
    response = at_desk.post(REGRADES, sent)
    regrade = Regrade.objects.get()
    assert response.headers["Location"] == f"{REGRADES}{regrade.pk}/"
    job = Job.objects.filter(kind="regrade").first()
    assert job is not None
    assert (job.lane, job.bundle, job.tests, job.seed) == (Lane.REGRADE, NEW_BUNDLE, "hidden", 424242)
    assert "0 of 2 graded" in at_desk.get(f"{REGRADES}{regrade.pk}/").content.decode()
    assert "graded again already" in at_desk.post(REGRADES, sent).content.decode()
    assert AuditEvent.objects.get(action="regrade.begin").details["submissions"] == 2


def test_nothing_counts_before_it_is_applied(
    at_desk: Client, preview: Regrade, two: tuple[Submission, Submission]
) -> None:
    alices, bobs = two
    assert preview.state == RegradeState.READY
    assert (score(alices.user), score(bobs.user)) == (4, 10)
    page = at_desk.get(f"{REGRADES}{preview.pk}/").content.decode()
    assert page.index("bob") < page.index("alice")  # who loses comes first
    assert "Sums to one: passed → failed" in " ".join(page.replace("&rarr;", "→").split())
    assert "Survives large inputs" in page
    alices.refresh_from_db()
    assert (alices.score, alices.bundle) == (4, "b" * 64)


def test_applied_without_a_word_it_lowers_nobody(
    at_desk: Client, preview: Regrade, two: tuple[Submission, Submission]
) -> None:
    alices, bobs = two
    at_desk.post(f"{REGRADES}{preview.pk}/apply/")
    assert (score(alices.user), score(bobs.user)) == (4, 10)  # until the platform's worker has done it
    assert "0 of 2 submissions are settled" in at_desk.get(f"{REGRADES}{preview.pk}/").content.decode()
    assert applying.work_off() == 2
    assert (score(alices.user), score(bobs.user)) == (10, 10)
    bobs.refresh_from_db()
    assert (bobs.score, bobs.bundle) == (10, "b" * 64)
    preview.refresh_from_db()
    assert preview.summary == {"raised": 1, "lowered": 0, "kept": 1, "unchanged": 0}
    line = AuditEvent.objects.get(action="grade.regrade")
    assert (line.details["student"], line.details["before"], line.details["after"]) == ("alice", [4, 10], [10, 10])
    assert "somebody was faster" in at_desk.post(f"{REGRADES}{preview.pk}/apply/", follow=True).content.decode()


def test_grades_fall_by_the_instructors_word_alone(
    at_desk: Client, preview: Regrade, two: tuple[Submission, Submission]
) -> None:
    at_desk.post(f"{REGRADES}{preview.pk}/apply/", {"lower": "yes"})
    applying.work_off()
    assert [score(each.user) for each in two] == [10, 6]
    assert AuditEvent.objects.get(action="regrade.apply").details["lowering"] is True


def test_a_process_that_ends_halfway_loses_nothing_and_does_nothing_twice(
    at_desk: Client, preview: Regrade, two: tuple[Submission, Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_A_TIME", 1)
    at_desk.post(f"{REGRADES}{preview.pk}/apply/", {"lower": "yes"})
    assert applying._some(preview.pk) == 1  # and here it ends
    assert sorted(score(each.user) for each in two) in ([4, 6], [10, 10])
    page = at_desk.get(f"{REGRADES}{preview.pk}/").content.decode()
    assert "1 of 2 submissions are settled" in page
    at_desk.post(f"{REGRADES}{preview.pk}/cancel/")  # too late
    assert applying.work_off() == 1
    assert [score(each.user) for each in two] == [10, 6]
    preview.refresh_from_db()
    assert (preview.state, preview.summary["raised"], preview.summary["lowered"]) == (RegradeState.APPLIED, 1, 1)
    assert AuditEvent.objects.filter(action="grade.regrade").count() == 2
    assert applying.work_off() == 0


def test_more_points_to_reach_are_a_smaller_share(
    two: tuple[Submission, Submission], course: Course, exercise: Exercise, teacher: User
) -> None:
    _alices, bobs = two
    Exercise.objects.filter(pk=exercise.pk).update(points=20)
    exercise.refresh_from_db()
    regrade = regrading.begin(course, exercise, cohort=None, scope="counting", reason="", by=teacher)
    for item in regrade.results.all():
        assert item.job is not None
        end_job(item.job, found(sums=True, stable=True))
    regrade.refresh_from_db()
    applying.ask(regrade, lowering=False, by=teacher)
    applying.work_off()
    regrade.refresh_from_db()
    assert regrade.summary == {
        "raised": 1,  # alice: 4 of 10 become 10 of 20
        "lowered": 0,
        "kept": 1,  # bob: 10 of 10 would become 10 of 20
        "unchanged": 0,
    }
    assert Grade.objects.get(user=bobs.user).max_score == 10


def test_cancelled_it_leaves_everything_as_it_was(
    at_desk: Client, two: tuple[Submission, Submission], course: Course, exercise: Exercise, teacher: User
) -> None:
    regrade = regrading.begin(course, exercise, cohort=None, scope="every", reason="", by=teacher)
    at_desk.post(f"{REGRADES}{regrade.pk}/cancel/")
    assert set(Job.objects.filter(kind="regrade").values_list("state", flat=True)) == {JobState.CANCELLED}
    assert [score(each.user) for each in two] == [4, 10]
    assert "No grade has changed" in at_desk.get(f"{REGRADES}{regrade.pk}/").content.decode()
    assert regrading.cancel(regrade, by=teacher) is False


def test_what_could_not_be_graded_stays_and_is_named(
    at_desk: Client, two: tuple[Submission, Submission], course: Course, exercise: Exercise, teacher: User
) -> None:
    regrade = regrading.begin(course, exercise, cohort=None, scope="every", reason="", by=teacher)
    for item in regrade.results.all():
        assert item.job is not None
        end_job(item.job, report(outcome=Outcome.PLATFORM_ERROR, score=0))
    regrade.refresh_from_db()
    assert regrade.state == RegradeState.READY
    page = at_desk.get(f"{REGRADES}{regrade.pk}/").content.decode()
    assert "2 submissions could not be graded again" in page
    applying.ask(regrade, lowering=True, by=teacher)
    applying.work_off()
    assert [score(each.user) for each in two] == [4, 10]


def test_a_newer_release_makes_a_preview_stale(preview: Regrade, exercise: Exercise, teacher: User) -> None:
    Exercise.objects.filter(pk=exercise.pk).update(bundle="d" * 64)
    with pytest.raises(RegradeRefused, match="newer release"):
        applying.ask(preview, lowering=True, by=teacher)


def test_only_a_window_of_it_is_queued_and_each_end_queues_the_next(
    two: tuple[Submission, Submission], course: Course, exercise: Exercise, learner: User, teacher: User
) -> None:
    ended = two[0].ended
    Submission.objects.bulk_create(
        Submission(
            user=learner,
            course=course,
            exercise="softmax",
            number=number,
            files=GOOD,
            bundle="b",
            max_score=10,
            ended=ended,
            score=1,
        )
        for number in range(2, WINDOW + 2)
    )
    regrade = regrading.begin(course, exercise, cohort=None, scope="every", reason="", by=teacher)
    waiting = regrade.results.filter(state=ResultState.WAITING)
    assert (Job.objects.filter(kind="regrade").count(), waiting.count()) == (WINDOW, 2)
    job = Job.objects.filter(kind="regrade").earliest("pk")
    end_job(job, found(sums=True, stable=True))
    assert (Job.objects.filter(kind="regrade").count(), waiting.count()) == (WINDOW + 1, 1)
    assert jobs.cancel(job.pk) is False


def test_it_is_for_instructors_of_the_course_alone(
    client: Client, preview: Regrade, course: Course, bob: User, learner: User, dave: User
) -> None:
    other = Course.objects.create(slug="other")
    enroll(dave, other, role=Role.INSTRUCTOR)
    assistant = User.objects.create_user("erin")
    enroll(assistant, course, role=Role.ASSISTANT)
    page = f"{REGRADES}{preview.pk}/"
    for user in (learner, dave, assistant):
        client.force_login(user)
        assert client.get(REGRADES).status_code == 404, user
        assert client.get(page).status_code == 404, user
        assert client.post(f"{page}apply/", {"lower": "yes"}).status_code == 404, user
        assert client.post(f"{page}cancel/").status_code == 404, user
    assert score(bob) == 10


def test_the_preview_of_a_class_of_300_takes_a_handful_of_queries(
    at_desk: Client, preview: Regrade, course: Course, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    users = make_class(course, 300)
    ended = preview.created
    made = Submission.objects.bulk_create(
        Submission(
            user=user,
            course=course,
            exercise="softmax",
            number=1,
            files=GOOD,
            bundle="b",
            max_score=10,
            ended=ended,
            score=4,
        )
        for user in users
    )
    RegradedSubmission.objects.bulk_create(
        RegradedSubmission(regrade=preview, submission=each, state=ResultState.DONE, score=10, outcome="graded")
        for each in made
    )
    with django_assert_max_num_queries(21):
        page = at_desk.get(f"{REGRADES}{preview.pk}/").content.decode()
    assert "1 to 100 of 302" in page
