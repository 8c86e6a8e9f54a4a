"""Signing up, in and out; the profile; language and time zone."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from courses.accounts.models import ApiToken, User
from courses.cohorts.models import Enrollment
from tests.conftest import PASSWORD

SIGN_UP = {"username": "erin", "email": "erin@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _local(settings: Settings) -> None:
    """allauth counts attempts in the cache, which is Valkey's on the site."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def test_signing_up_makes_an_account_and_enrolls_nobody(db: None, client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 200
    response = client.post("/accounts/signup/", SIGN_UP)
    assert response.status_code == 302
    assert User.objects.get().username == "erin"
    assert not Enrollment.objects.exists()


def test_a_refused_sign_up_says_why(alice: User, client: Client) -> None:
    response = client.post("/accounts/signup/", {**SIGN_UP, "username": "alice", "password2": "another"})
    assert response.status_code == 200
    assert response.content.decode().count("field__error") >= 2
    assert not User.objects.filter(email="erin@example.org").exists()


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("Grace", "Hopper", "Grace Hopper"),
        ("若曦", "李", "李若曦"),
        ("Ming", "王", "Ming 王"),
        ("", "王小明", "王小明"),
        ("", "", "a"),
    ],
)
def test_a_name_stands_in_the_order_of_its_language(first: str, last: str, shown: str) -> None:
    assert User(username="a", first_name=first, last_name=last).display_name == shown


@pytest.mark.parametrize("login", ["alice", "alice@example.org"])
def test_signing_in_by_name_or_address(alice: User, client: Client, login: str) -> None:
    assert client.get("/accounts/login/").status_code == 200
    client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "path", ["logout/", "password/reset/", "password/reset/done/", "password/change/", "email/", "reauthenticate/"]
)
def test_the_account_pages_have_our_frame(alice: User, client: Client, path: str) -> None:
    client.force_login(alice)
    response = client.get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200
    assert 'id="main"' in response.content.decode()


def test_the_language_switch_is_remembered_with_the_account(alice: User, client: Client) -> None:
    client.force_login(alice)
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/profile/"})
    assert User.objects.get(pk=alice.pk).language == "zh-hans"
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert elsewhere.get("/profile/", headers={"Accept-Language": "en"})["Content-Language"] == "zh-hans"


def test_the_profile_is_saved(alice: User, client: Client) -> None:
    client.force_login(alice)
    form = {"first_name": "Alice", "last_name": "Liddell", "language": "zh-hans", "time_zone": "Asia/Shanghai"}
    assert client.post("/profile/", form).status_code == 302
    alice.refresh_from_db()
    assert (alice.display_name, alice.language, alice.time_zone) == ("Alice Liddell", "zh-hans", "Asia/Shanghai")


@pytest.mark.parametrize(("field", "value"), [("language", "xx"), ("time_zone", "Mars/Olympus")])
def test_an_unknown_language_or_time_zone_is_refused(alice: User, client: Client, field: str, value: str) -> None:
    client.force_login(alice)
    assert client.post("/profile/", {field: value}).status_code == 200
    alice.refresh_from_db()
    assert getattr(alice, field) == ""


def test_a_time_zone_that_the_machine_no_longer_knows_breaks_no_page(alice: User, client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Mars/Olympus")
    client.force_login(alice)
    assert client.get("/profile/").status_code == 200


def test_a_token_is_shown_once_and_can_be_revoked(alice: User, bob: User, client: Client) -> None:
    client.force_login(alice)
    response = client.post("/profile/tokens/", {"name": "laptop"})
    token = ApiToken.objects.get()
    assert response.context["fresh_token"].startswith(token.prefix)
    assert response.context["fresh_token"] in response.content.decode()
    assert response.context["fresh_token"] not in client.get("/profile/").content.decode()
    stranger = Client()
    stranger.force_login(bob)
    assert stranger.post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/profile/tokens/{token.pk}/revoke/")
    assert not ApiToken.objects.exists()


def test_the_profile_is_for_those_who_signed_in(db: None, client: Client) -> None:
    assert client.get("/profile/")["Location"].startswith("/accounts/login/")
