"""The gradebook: for those who teach, on the page and as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.gradebook import harmless
from courses.cohorts.models import Cohort, Role
from courses.exercises import submitting
from tests.courses.conftest import GOOD, make_exercise, report

URL = "/courses/models/gradebook/"


@pytest.fixture
def graded(learner: User, bob: User, course: Course, exercise: Exercise, end: Callable[..., None]) -> Exercise:
    """alice has 7.5 of 10 points in softmax; bob has handed in nothing; nobody has done the second exercise."""
    enroll(bob, course, cohort=Cohort.objects.create(course=course, slug="spring", title="Spring"))
    make_exercise(course, slug="attention")
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD), report(score=7.5))
    return exercise


def rows(client: Client, query: str = "?format=csv") -> list[list[str]]:
    response = client.get(URL + query)
    assert response["Content-Disposition"] == 'attachment; filename="gradebook-models.csv"'
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_to_everybody_else_it_does_not_exist(learner: User, dave: User, graded: Exercise, client: Client) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")
    for stranger in (learner, dave):
        client.force_login(stranger)
        assert client.get(URL).status_code == 404


def test_an_instructor_of_another_course_is_a_stranger(dave: User, graded: Exercise, client: Client) -> None:
    other = Course.objects.create(slug="other")
    enroll(dave, other, role=Role.INSTRUCTOR)
    client.force_login(dave)
    assert client.get(URL).status_code == 404


def test_it_shows_who_got_what(teacher: User, graded: Exercise, client: Client) -> None:
    client.force_login(teacher)
    page = client.get(URL).content.decode()
    assert "alice" in page
    assert "bob" in page
    assert "7.5" in page


def test_an_assistant_sees_it_too(carol: User, course: Course, graded: Exercise, client: Client) -> None:
    enroll(carol, course, role=Role.ASSISTANT)
    client.force_login(carol)
    assert client.get(URL).status_code == 200


def test_the_spreadsheet_has_a_column_for_each_exercise(teacher: User, graded: Exercise, client: Client) -> None:
    client.force_login(teacher)
    head, alice, bob = rows(client)
    assert head[1:] == ["username", "name", "email", "cohort", "softmax", "attention", "total", "max_total"]
    assert alice[1:] == ["alice", "", "alice@example.org", "self-paced", "7.5", "", "7.5", "20"]
    assert bob[4:7] == ["spring", "", ""]


def test_one_cohort_can_be_picked(teacher: User, graded: Exercise, client: Client) -> None:
    client.force_login(teacher)
    assert [row[1] for row in rows(client, "?format=csv&cohort=spring")[1:]] == ["bob"]
    assert client.get(URL + "?cohort=nothing").status_code == 404


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text) == "'" + text


def test_a_name_in_the_spreadsheet_is_harmless(teacher: User, learner: User, graded: Exercise, client: Client) -> None:
    User.objects.filter(pk=learner.pk).update(first_name='=HYPERLINK("https://evil.example")')
    client.force_login(teacher)
    assert rows(client)[1][2].startswith("'=HYPERLINK")
