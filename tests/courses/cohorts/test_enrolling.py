"""Enrolling: everybody in one cohort of a course, and nobody by signing up."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Enrollment, Role


def test_a_newcomer_comes_into_the_self_paced_cohort(alice: User, course: Course, client: Client) -> None:
    client.force_login(alice)
    response = client.post("/courses/models/enroll/")
    assert response["Location"] == "/courses/models/"
    enrollment = Enrollment.objects.get()
    assert (enrollment.user, enrollment.role, enrollment.cohort.slug) == (alice, Role.STUDENT, "self-paced")


def test_enrolling_again_changes_nothing(teacher: User, course: Course) -> None:
    assert enroll(teacher, course).role == Role.INSTRUCTOR
    assert Enrollment.objects.count() == 1


def test_nobody_is_in_a_course_twice(learner: User, course: Course) -> None:
    other = Cohort.objects.create(course=course, slug="spring")
    with pytest.raises(IntegrityError):
        Enrollment.objects.create(course=course, cohort=other, user=learner)


def test_enrolling_needs_an_account_and_a_post(alice: User, course: Course, client: Client) -> None:
    assert client.post("/courses/models/enroll/")["Location"].startswith("/accounts/login/")
    client.force_login(alice)
    assert client.get("/courses/models/enroll/").status_code == 405
    assert client.post("/courses/nothing/enroll/").status_code == 404


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_enrolling_leads_to_no_other_site(alice: User, course: Course, client: Client, target: str) -> None:
    client.force_login(alice)
    assert client.post("/courses/models/enroll/", {"next": target})["Location"] == "/courses/models/"
