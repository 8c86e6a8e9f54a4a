"""Carol grades by hand what no test can judge; alice sees what she wrote, and that a part waits for her."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.accounts.models import ApiToken, User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Role
from courses.exercises import submitting
from courses.exercises.models import Grade, Review, Submission
from courses.exercises.reviewing import Mark, Said, save_review
from tests.courses.conftest import GOOD, make_class, make_exercise, report
from workers.audit.models import AuditEvent

QUEUE = "/courses/models/class/marking/"
MANUAL: list[dict[str, Any]] = [
    {"name": "why", "points": 3.0, "title": {"en": "Say why", "zh-hans": "说明原因"}, "guide": {"en": "GUIDE"}},
    {"name": "style", "points": 2.0, "title": {"en": "Style"}, "guide": {}},
]


@pytest.fixture
def essay(course: Course) -> Exercise:
    parts = [{**part, "cell": None} for part in MANUAL]
    made = make_exercise(course, slug="essay", manual=parts)
    Exercise.objects.filter(pk=made.pk).update(points=15.0)
    made.refresh_from_db()
    return made


@pytest.fixture
def handed_in(learner: User, course: Course, essay: Exercise, end: Callable[..., None]) -> Submission:
    """alice's submission: 4 of 10 by the tests, 5 points wait for a person."""
    submission = submitting.submit(learner, course=course, exercise=essay, files=GOOD)
    end(submission)
    return submission


@pytest.fixture
def at_desk(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


def typed(version: int = 0, **fields: str) -> dict[str, str]:
    empty = {"points-why": "", "comment-why": "", "points-style": "", "comment-style": "", "comment": ""}
    return {**empty, "version": str(version), **{name.replace("_", "-"): text for name, text in fields.items()}}


def test_what_tests_cannot_judge_waits_in_the_queue(at_desk: Client, handed_in: Submission, alice: User) -> None:
    assert handed_in.waits_for_person
    assert Grade.objects.get(user=alice).score == 4
    page = at_desk.get(QUEUE).content.decode()
    assert "1 submission waits for a person" in page
    assert f"{QUEUE}{handed_in.pk}/" in page


def test_the_overview_of_classes_says_what_waits(
    at_desk: Client, handed_in: Submission, alice: User, bob: User
) -> None:
    page = at_desk.get("/teaching/").content.decode()
    assert "1 student<" in page
    assert "1 submission waits to be graded" in page
    assert f'href="{QUEUE}"' in page
    assert "/studio/models/" in page
    enroll(bob, handed_in.course, role=Role.ASSISTANT, cohort=Cohort.objects.create(course=handed_in.course, slug="b"))
    at_desk.force_login(bob)
    page = at_desk.get("/teaching/").content.decode()
    assert "You are an assistant" in page
    assert "0 students" in page
    assert "waits to be graded" not in page
    assert "/studio/" not in page
    at_desk.force_login(alice)
    assert at_desk.get("/teaching/").status_code == 404


def test_points_and_comments_are_saved_and_count(at_desk: Client, handed_in: Submission, alice: User) -> None:
    url = f"{QUEUE}{handed_in.pk}/"
    page = at_desk.get(url).content.decode()
    assert "GUIDE" in page
    assert "softmax" in page
    at_desk.post(url, typed(points_why="２，５", comment_why="Axis <b>is</b> right."))  # as people type them
    handed_in.refresh_from_db()
    assert (handed_in.total, handed_in.marked) == (6.5, None)
    response = at_desk.post(url, {**typed(1, points_why="2.5", points_style="2", comment="Good."), "next": "1"})
    assert response.headers["Location"] == QUEUE
    handed_in.refresh_from_db()
    assert (handed_in.total, handed_in.waits_for_person) == (8.5, False)
    assert Grade.objects.get(user=alice).score == 8.5
    lines = AuditEvent.objects.filter(action="submission.review", subject=f"submission:{handed_in.pk}")
    assert [line.details["after"] for line in lines.order_by("pk")] == [2.5, 4.5]
    assert "all that was handed in has been graded" in at_desk.get(QUEUE).content.decode()


def test_the_student_reads_the_comment_and_what_waits(client: Client, handed_in: Submission, teacher: User) -> None:
    alice = handed_in.user
    client.force_login(alice)
    assert "waits for a person" in client.get(handed_in.get_absolute_url()).content.decode()
    marks = {"why": Mark(points=1.5, comment="<script>Axis?</script>")}
    save_review(handed_in, Said(parts=marks, comment="See me."), version=0, by=teacher)
    page = client.get(handed_in.get_absolute_url()).content.decode()
    assert "&lt;script&gt;Axis?" in page
    assert "See me." in page
    assert "GUIDE" not in page
    assert "waits for a person" in page  # the other part
    _row, text = ApiToken.objects.issue(user=alice, name="laptop")
    token = {"Authorization": f"Bearer {text}"}
    told = client.get(f"/api/v1/submissions/{handed_in.pk}", headers=token).json()
    assert (told["score"], told["max_score"], told["waits_for_person"]) == (5.5, 15, True)
    assert [part["points"] for part in told["parts"]] == [1.5, None]


def test_what_was_left_as_it_was_says_so(client: Client, handed_in: Submission) -> None:
    parts = {"why": {"points": 0.0, "comment": ""}, "style": {"points": None, "comment": ""}}
    Review.objects.create(submission=handed_in, parts=parts)  # as the end of grading begins it
    client.force_login(handed_in.user)
    page = client.get(handed_in.get_absolute_url()).content.decode()
    assert "left as it was" in page
    assert "read by a person" not in page


def test_two_who_grade_at_once_lose_nothing(at_desk: Client, handed_in: Submission, dave: User) -> None:
    url = f"{QUEUE}{handed_in.pk}/"
    save_review(handed_in, Said(parts={"why": Mark(points=3.0, comment="Daves words")}), version=0, by=dave)
    response = at_desk.post(url, typed(0, points_why="1", comment_why="Carols words"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Daves words" in page
    assert "Carols words" in page
    assert Review.objects.get().parts["why"]["points"] == 3.0
    assert 'name="version" value="1"' in page
    at_desk.post(url, typed(1, points_why="2", comment_why="Carols and Daves words"))
    assert Review.objects.get().parts["why"]["points"] == 2.0
    assert at_desk.post(url, typed(0, points_why="2", comment_why="Carols and Daves words")).status_code == 302


@pytest.mark.parametrize("points", ["4", "-1", "nan", "three", "1e99"])
def test_points_that_cannot_be_are_refused_and_nothing_typed_is_lost(
    at_desk: Client, handed_in: Submission, points: str
) -> None:
    response = at_desk.post(f"{QUEUE}{handed_in.pk}/", typed(points_why=points, comment_why="Long words"))
    page = response.content.decode()
    assert response.status_code == 400
    assert "Points from 0 to 3.</p>" in page
    assert f'value="{points}"' in page
    assert "Long words" in page
    assert not Review.objects.filter(version__gt=0).exists()


def test_the_newest_of_the_best_is_read_and_the_older_grade_stays_until_then(
    learner: User, course: Course, essay: Exercise, handed_in: Submission, end: Callable[..., None], teacher: User
) -> None:
    full = {"why": Mark(points=3.0), "style": Mark(points=2.0)}
    save_review(handed_in, Said(parts=full), version=0, by=teacher)
    again = submitting.submit(learner, course=course, exercise=essay, files=GOOD)
    end(again)
    worse = submitting.submit(learner, course=course, exercise=essay, files=GOOD)
    end(worse, report(score=1.0))
    grade = Grade.objects.get(user=learner)
    assert (grade.score, grade.submission) == (9.0, handed_in)
    client = Client()
    client.force_login(teacher)
    page = client.get(QUEUE).content.decode()
    assert f"{QUEUE}{again.pk}/" in page
    assert f"{QUEUE}{worse.pk}/" not in page


def test_only_those_who_teach_the_cohort_grade_it(
    client: Client, handed_in: Submission, course: Course, bob: User, dave: User, carol: User, essay: Exercise
) -> None:
    url = f"{QUEUE}{handed_in.pk}/"
    assert client.get(url).headers["Location"].startswith("/accounts/login/")
    enroll(bob, course, role=Role.ASSISTANT, cohort=Cohort.objects.create(course=course, slug="spring"))
    other = Course.objects.create(slug="other")
    enroll(dave, other, role=Role.INSTRUCTOR)
    for user, queue in ((handed_in.user, 404), (dave, 404), (bob, 200)):
        client.force_login(user)
        assert client.get(QUEUE).status_code == queue, user
        assert client.get(url).status_code == 404, user
        assert client.post(url, typed(points_why="3")).status_code == 404, user
    assert url not in client.get(QUEUE).content.decode()
    assert client.get(handed_in.get_absolute_url()).status_code == 404
    assert client.get(f"{QUEUE}?cohort=self-paced").status_code == 404
    enroll(carol, course, role=Role.ASSISTANT)  # of alice's cohort
    client.force_login(carol)
    assert client.get(url).status_code == 200
    assert client.get(handed_in.get_absolute_url()).status_code == 200


def test_the_queue_of_a_whole_class_takes_a_handful_of_queries(
    at_desk: Client,
    course: Course,
    essay: Exercise,
    handed_in: Submission,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    users = make_class(course, 300)
    Submission.objects.bulk_create(
        Submission(
            user=user,
            course=course,
            exercise="essay",
            number=1,
            files=GOOD,
            bundle="b",
            max_score=15,
            manual_max=5,
            ended=handed_in.ended,
            outcome="graded",
            score=4,
        )
        for user in users
    )
    with django_assert_max_num_queries(11):
        assert "301 submissions wait" in at_desk.get(QUEUE).content.decode()
    with django_assert_max_num_queries(19):
        assert "1 of 301, 301 waiting" in at_desk.get(f"{QUEUE}{handed_in.pk}/").content.decode()
