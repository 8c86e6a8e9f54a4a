"""A new site says what it still lacks, to those who can do something about it."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from tests.courses.conftest import course

__all__ = ["course"]

pytestmark = pytest.mark.django_db
GUIDE = "First steps on this site"


def test_an_empty_site_guides_who_runs_it(client: Client, dave: User) -> None:
    client.force_login(dave)
    page = client.get("/").content.decode()
    assert GUIDE in page
    assert all(step in page for step in ("Publish a course", "Connect a machine", "Let students in"))
    assert 'href="/studio/"' in page and 'href="/pools/"' in page
    chinese = client.get("/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "发布一门课程" in chinese and "Publish" not in chinese


def test_learners_and_strangers_see_no_guide(client: Client, alice: User) -> None:
    assert GUIDE not in client.get("/").content.decode()
    client.force_login(alice)
    assert GUIDE not in client.get("/").content.decode()


def test_a_step_that_is_done_is_ticked(client: Client, dave: User, course: Course) -> None:
    client.force_login(dave)
    page = client.get("/").content.decode()
    assert page.count('<li data-state="done">') == 1
    assert 'href="/courses/models/class/"' in page


def test_who_teaches_is_guided_until_a_student_is_there(
    client: Client, carol: User, alice: User, course: Course
) -> None:
    enroll(carol, course, role=Role.INSTRUCTOR)
    client.force_login(carol)
    page = client.get("/").content.decode()
    assert GUIDE in page and "Connect a machine" not in page
    enroll(alice, course)
    assert GUIDE not in client.get("/").content.decode()
