"""Where somebody is signed in, and signing out from afar."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from courses.accounts.sign_ins import SEEN, device_of
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def signed_in(agent: str, name: str = "alice") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "told"), [(FIREFOX, "Firefox · Linux"), (PHONE, "Safari · iPhone"), ("", ""), ("curl/8.5.0", "curl")]
)
def test_a_browser_is_called_what_people_call_it(agent: str, told: str) -> None:
    assert device_of(agent) == told


def test_every_browser_is_listed_and_can_be_signed_out_by_its_owner_alone(alice: User, bob: User) -> None:
    here, phone, stranger = signed_in(FIREFOX), signed_in(PHONE), signed_in(FIREFOX, "bob")
    page = here.get("/profile/sign-ins/")
    rows = page.context["sign_ins"]
    assert [(row.device, row.is_this) for row in rows] == [("Firefox · Linux", True), ("Safari · iPhone", False)]
    assert "Safari · iPhone" in page.content.decode()
    assert stranger.post(f"/profile/sign-ins/{rows[1].pk}/end/").status_code == 404
    assert is_in(phone)
    here.post(f"/profile/sign-ins/{rows[1].pk}/end/")
    assert (is_in(here), is_in(phone)) == (True, False)


def test_signing_out_everywhere_else_ends_sessions_too_that_nobody_listed(alice: User) -> None:
    here, phone, unlisted = signed_in(FIREFOX), signed_in(PHONE), Client()
    unlisted.force_login(alice)
    here.post("/profile/sign-ins/end-others/")
    assert [is_in(client) for client in (here, phone, unlisted)] == [True, False, False]
    assert len(here.get("/profile/sign-ins/").context["sign_ins"]) == 1
    assert is_in(signed_in(PHONE))


def test_the_last_use_is_written_now_and_then(alice: User) -> None:
    client = signed_in(FIREFOX)
    session = client.session
    session[SEEN] = int(time.time()) - 2 * 3600
    session.save()
    before = client.get("/profile/sign-ins/").context["sign_ins"][0]
    assert (before.seen - before.began).total_seconds() > 0
    assert client.get("/profile/sign-ins/").context["sign_ins"][0].seen == before.seen


def test_allauths_own_list_leads_to_ours(alice: User) -> None:
    assert signed_in(FIREFOX).get("/accounts/sessions/").headers["Location"] == "/profile/sign-ins/"
