"""Where nothing can be graded, home says so: why to those who run the machine, and to learners that nothing is lost."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from courses.accounts.models import User

pytestmark = pytest.mark.django_db
NOTICE = "Submissions cannot be graded at the moment."


def test_a_learner_is_told_that_nothing_is_lost(client: Client, alice: User, settings: Settings) -> None:
    settings.LOCAL = False
    client.force_login(alice)
    page = client.get("/").content.decode()
    assert NOTICE in page
    assert "manage.py dispatcher" not in page


def test_who_runs_the_pools_is_told_why(client: Client, dave: User, settings: Settings) -> None:
    settings.LOCAL = False
    client.force_login(dave)
    page = client.get("/").content.decode()
    assert NOTICE in page
    assert "manage.py dispatcher" in page


def test_a_stranger_is_told_nothing_of_the_machine(client: Client, settings: Settings) -> None:
    settings.LOCAL = False
    assert NOTICE not in client.get("/").content.decode()


def test_in_a_demo_everybody_is_told(client: Client, settings: Settings) -> None:
    settings.LOCAL = True
    assert "manage.py dispatcher" in client.get("/").content.decode()
