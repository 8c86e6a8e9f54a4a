"""What a class's work says: about questions, hidden tests, and who is stuck. Figures are compared with ones by hand."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.exercises.models import Submission
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.statistics import point_biserial, verdict
from tests.courses.conftest import GOOD, make_class

CLASS = "/courses/models/class/"
ANALYSIS = f"{CLASS}analysis/"
NOW = timezone.now().replace(microsecond=0)

SPEC = [
    {
        "id": "axis",
        "type": "single",
        "text": {"en": {"legend": "Which <em>axis</em>?", "body": ""}},
        "choices": [
            {"id": "last", "text": {"en": "the last"}, "correct": True, "why": {}},
            {"id": "first", "text": {"en": "the first"}, "correct": False, "why": {}},
            {"id": "none", "text": {"en": "none"}, "correct": False, "why": {}},
        ],
    },
    {"id": "size", "type": "number", "text": {"en": {"legend": "How many?", "body": ""}}, "answer": 9},
]


@pytest.fixture
def at_desk(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


def hand_in(user: User, course: Course, number: int, *outcomes: str, minutes: int = 0, outcome: str = "graded") -> None:
    names = (("test_sums_to_one", 4.0), ("test_is_stable", 6.0))
    results = [
        [name, ended, worth if ended == "passed" else 0.0, worth]
        for (name, worth), ended in zip(names, outcomes, strict=True)
    ]
    made = Submission.objects.create(
        user=user,
        course=course,
        exercise="softmax",
        number=number,
        files=GOOD,
        bundle="b",
        max_score=10,
        ended=NOW,
        outcome=outcome,
        score=sum(row[2] for row in results),
        results=results,
    )
    Submission.objects.filter(pk=made.pk).update(created=NOW + timedelta(minutes=minutes))


def test_the_point_biserial_is_pearsons_correlation_with_a_yes_or_no() -> None:
    right = [True] * 6 + [False] * 4
    rest = [0.9, 0.8, 1.0, 0.7, 0.6, 0.9, 0.3, 0.4, 0.2, 0.5]
    mean_x, mean_y = sum(right) / 10, sum(rest) / 10
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(right, rest, strict=True))
    spreads = sum((x - mean_x) ** 2 for x in right) * sum((y - mean_y) ** 2 for y in rest)
    found = point_biserial(right, rest)
    assert found == pytest.approx(covariance / math.sqrt(spreads))
    assert point_biserial([not yes for yes in right], rest) == pytest.approx(-covariance / math.sqrt(spreads))
    assert point_biserial(right[:9], rest[:9]) is None  # too few
    assert point_biserial([True] * 10, rest) is None
    assert point_biserial(right, [1.0] * 10) is None
    assert [verdict(each) for each in (None, 0.5, 0.1, -0.3)] == ["", "good", "poor", "wrong"]


def test_hidden_tests_tell_who_passes_at_which_attempt_and_how_long_it_takes(
    at_desk: Client, course: Course, exercise: Exercise
) -> None:
    users = make_class(course, 6)
    for user in users:
        hand_in(user, course, 1, "passed" if user in users[:3] else "failed", "failed")
    for user in users[3:5]:
        hand_in(user, course, 2, "passed", "failed", minutes=10)
    hand_in(users[0], course, 2, "failed", "passed", minutes=4)
    page = at_desk.get(f"{ANALYSIS}exercises/softmax/").content.decode()
    rows = page.split("<tbody>")[1].split("</tr>")
    cells = [[cell.split("<")[0].strip() for cell in row.split('class="num')[1:]] for row in rows[:2]]
    plain = [[cell.split(">", 1)[-1] for cell in row] for row in cells]
    assert plain[0][:7] == ["6", "3", "2", "0", "1", "50 %", "1"]
    assert "10 min" in rows[0]
    assert plain[1][:7] == ["6", "0", "1", "0", "5", "0 %", "2"]
    assert '<svg viewBox="0 0 720 64" role="img"' in page
    row = Enrollment.objects.get(user=users[5])
    assert f"{CLASS}people/{row.pk}/handed-in/" in page  # has not passed the first test


def test_questions_tell_difficulty_discrimination_and_distractors(
    at_desk: Client, course: Course, exercise: Exercise
) -> None:
    chapter = exercise.chapter
    Quiz.objects.create(release=chapter.release, chapter=chapter, slug="shapes", title={"en": "Shapes"}, spec=SPEC)
    strong, weak = make_class(course, 6), make_class(course, 6)
    for user in [*strong, *weak]:
        knows = user in strong
        about = {"user": user, "course": course, "quiz": "shapes"}
        choice = ["last"] if knows or user == weak[0] else ["first"]
        done = NOW if choice == ["last"] else None
        QuizAnswer.objects.create(
            question="axis", response=choice, first_response=choice, correct=bool(done), mastered_at=done, **about
        )
        text = "9" if knows else "6"
        QuizAnswer.objects.create(
            question="size",
            response="9",
            first_response=text,
            correct=True,
            tries=1 if knows else 2,
            mastered_at=NOW,
            **about,
        )
    page = " ".join(at_desk.get(f"{ANALYSIS}quizzes/shapes/").content.decode().split())
    assert "Which axis?" in page
    assert "58 %" in page  # 7 of 12 knew the axis at once
    assert "0.85" in page  # phi of (6, 1, 0, 5), which the point-biserial is for two yes-or-nos
    assert "taken by nobody" in page
    assert "<code>6</code>" in page
    assert "student" not in page.split("Wrong first answers")[1].split("</section>")[0].replace("students", "")


def test_of_a_handful_nothing_is_told(at_desk: Client, course: Course, exercise: Exercise) -> None:
    for user in make_class(course, 4):
        hand_in(user, course, 1, "passed", "failed")
    page = at_desk.get(f"{ANALYSIS}exercises/softmax/").content.decode()
    assert "too few to say anything of a class" in page
    assert "<svg viewBox" not in page.split("<main")[1]


def test_the_stuck_list_names_who_fails_at_one_thing_again_and_again(
    at_desk: Client, course: Course, exercise: Exercise
) -> None:
    stubborn, through, new = make_class(course, 3)
    for number in range(1, 7):
        hand_in(stubborn, course, number, "passed", "failed", minutes=number)
        hand_in(through, course, number, "passed", "passed" if number == 6 else "failed")
    hand_in(new, course, 1, "failed", "failed")
    page = at_desk.get(f"{CLASS}stuck/").content.decode()
    row = Enrollment.objects.get(user=stubborn)
    assert f"{CLASS}people/{row.pk}/handed-in/#exercise-softmax" in page
    assert "Survives large inputs" in page
    assert "Sums to one" not in page
    assert through.username not in page
    assert new.username not in page
    assert "Nobody has failed 10 times" in at_desk.get(f"{CLASS}stuck/?least=10").content.decode()


def test_a_line_of_the_stuck_list_names_three_tests_and_counts_the_others(
    at_desk: Client, course: Course, exercise: Exercise
) -> None:
    (lost,) = make_class(course, 1)
    for number in range(1, 6):
        hand_in(lost, course, number, "failed", "failed")
    Submission.objects.update(results=[[f"test_{name}", "failed", 0, 2] for name in ("a", "b", "c", "d", "e")])
    page = " ".join(at_desk.get(f"{CLASS}stuck/").content.decode().split())
    assert "test_a · test_b · test_c · and 2 more tests" in page
    assert "test_d" not in page


def test_staff_see_their_cohort_and_nobody_else_anything(
    client: Client, course: Course, exercise: Exercise, learner: User, bob: User, dave: User
) -> None:
    spring = Cohort.objects.create(course=course, slug="spring")
    enroll(bob, course, role=Role.ASSISTANT, cohort=spring)
    enroll(dave, Course.objects.create(slug="other"), role=Role.INSTRUCTOR)
    pages = [f"{CLASS}stuck/", ANALYSIS, f"{ANALYSIS}exercises/softmax/"]
    for number in range(1, 7):
        hand_in(learner, course, number, "failed", "failed")
    for user in (learner, dave):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [404] * 3
    client.force_login(bob)
    for page in pages:
        assert "alice" not in client.get(page).content.decode()


def test_a_class_of_300_takes_as_many_queries_as_a_small_one(
    at_desk: Client, course: Course, exercise: Exercise, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    users = make_class(course, 300)
    results = [["test_sums_to_one", "failed", 0, 4], ["test_is_stable", "passed", 6, 6]]
    Submission.objects.bulk_create(
        Submission(
            user=user,
            course=course,
            exercise="softmax",
            number=number,
            files=GOOD,
            bundle="b",
            max_score=10,
            ended=NOW,
            outcome="graded",
            score=6,
            results=results,
        )
        for user in users
        for number in range(1, 6)
    )
    with django_assert_max_num_queries(14):
        assert "300 students" in at_desk.get(f"{ANALYSIS}exercises/softmax/").content.decode()
    with django_assert_max_num_queries(14):
        assert "1 to 100 of 300" in at_desk.get(f"{CLASS}stuck/").content.decode()
    with django_assert_max_num_queries(14):
        at_desk.get(ANALYSIS)
