"""Without Valkey people can still sign in: the cache holds nothing worth an error page."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from tests.conftest import PASSWORD
from tests.workers.conftest import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _away(settings: Settings) -> None:
    away = {"LOCATION": f"redis://127.0.0.1:{free_port()}/0"}
    settings.CACHES = {"default": {**settings.CACHES["default"], **away}}


def test_a_cache_that_is_away_is_an_empty_one() -> None:
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("a", 1)
    assert not cache.delete("a")


def test_people_sign_in_and_soon(alice: User, client: Client) -> None:
    started = time.monotonic()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    assert time.monotonic() - started < 5
