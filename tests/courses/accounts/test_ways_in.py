"""Ways in besides a name and a password: confirmed addresses, forgotten passwords, an identity provider; and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from courseplatform.environment import EnvironmentInvalid, openid_connect
from courses.accounts.models import User
from tests.conftest import PASSWORD
from tests.courses.accounts import provider
from tests.courses.accounts.test_account_pages import SIGN_UP

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    cache.clear()


def link_in_the_mail() -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_in_production_an_address_is_confirmed_before_the_first_sign_in(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client.post("/accounts/signup/", SIGN_UP)
    assert "_auth_user_id" not in client.session
    client.post("/accounts/login/", {"login": "erin", "password": SIGN_UP["password1"]})
    assert "_auth_user_id" not in client.session
    link = link_in_the_mail()
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(link)
    assert EmailAddress.objects.get().verified
    client.post("/accounts/login/", {"login": "erin", "password": SIGN_UP["password1"]})
    assert "_auth_user_id" in client.session


def test_a_newcomer_of_the_demo_needs_no_mail(client: Client) -> None:
    client.post("/accounts/signup/", SIGN_UP)
    assert "_auth_user_id" in client.session


def test_a_forgotten_password_is_set_anew_and_the_link_works_once(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    link = link_in_the_mail()
    form = client.get(link).headers["Location"]
    new = "a wholly new staircase"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert Client().post("/accounts/login/", {"login": "alice", "password": new}).status_code == 302
    assert "used before or is too old" in Client().get(link, follow=True).content.decode()


def test_nobody_learns_who_has_an_account(client: Client, alice: User, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    answers = [
        client.post("/accounts/password/reset/", {"email": address}).headers["Location"]
        for address in ("alice@example.org", "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    again = Client().post("/accounts/signup/", {**SIGN_UP, "email": alice.email})
    fresh = Client().post("/accounts/signup/", {**SIGN_UP, "username": "gina", "email": "gina@example.org"})
    assert again.headers["Location"] == fresh.headers["Location"]


def test_a_password_is_guessed_five_times_and_no_more(client: Client, alice: User, bob: User) -> None:
    def tries(name: str, password: str) -> Client:
        guest = Client()
        guest.post("/accounts/login/", {"login": name, "password": password})
        return guest

    for _number in range(5):
        tries("alice", "wrong")
    assert "_auth_user_id" not in tries("alice", PASSWORD).session
    assert "_auth_user_id" in tries("bob", PASSWORD).session


def test_who_asks_too_often_is_told_to_wait_in_their_language(client: Client) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": "x@example.org"}, headers={"Accept-Language": "zh-hans"})
        for _number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "尝试次数过多" in answers[-1].content.decode()


def test_behind_a_proxy_each_client_has_its_own_limit(client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}

    def status(forwarded: str) -> int:
        form = {"login": "alice", "password": "wrong"}
        return client.post("/accounts/login/", form, headers={"X-Forwarded-For": forwarded}).status_code

    assert [status("10.0.0.1"), status("10.0.0.2"), status("10.0.0.1")] == [200, 200, 429]
    assert status("10.0.0.9, 10.0.0.1") == 429  # what a client claims to be does not count


def test_where_only_the_invited_may_sign_up_others_are_told(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "invitation"
    assert client.post("/accounts/signup/", SIGN_UP).status_code == 200
    assert not User.objects.exists()


def test_mails_speak_the_readers_language(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"}, headers={"Accept-Language": "zh-hans"})
    assert mail.outbox[-1].subject.startswith("[Gradus] ")
    assert (
        re.findall(
            r"[A-Za-z]{3,}", re.sub(r"https?://\S+|Gradus|\S+@\S+|testserver|alice", "", str(mail.outbox[-1].body))
        )
        == []
    )


def sign_in_by_provider(client: Client, code: str = "right") -> None:
    page = client.post("/accounts/oidc/sign-in/login/")
    state = parse_qs(urlsplit(page.headers["Location"]).query)
    assert state["code_challenge_method"] == ["S256"]
    client.get("/accounts/oidc/sign-in/login/callback/", {"code": code, "state": state["state"][0]})


def test_an_identity_provider_lets_its_people_in(client: Client, settings: Settings) -> None:
    with provider.running() as server:
        app = {
            "provider_id": "sign-in",
            "name": "Our school",
            "client_id": provider.CLIENT_ID,
            "secret": provider.SECRET,
            "settings": {"server_url": server.issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
        settings.SIGN_UP = "invitation"
        assert "Sign in with Our school" in client.get("/accounts/login/").content.decode()
        sign_in_by_provider(client, code="wrong")
        assert "_auth_user_id" not in client.session
        sign_in_by_provider(client)
        user = User.objects.get(pk=client.session["_auth_user_id"])
        assert (user.username, user.email, user.display_name) == ("frida", "frida@example.org", "Frida Ö")
        assert EmailAddress.objects.get().verified
        again = Client()
        sign_in_by_provider(again)
        assert again.session["_auth_user_id"] == client.session["_auth_user_id"]


def test_an_identity_provider_takes_over_nobodys_account(client: Client, settings: Settings) -> None:
    User.objects.create_user("frida", "frida@example.org", PASSWORD)
    with provider.running() as server:
        app = {
            "provider_id": "sign-in",
            "name": "Our school",
            "client_id": provider.CLIENT_ID,
            "secret": provider.SECRET,
            "settings": {"server_url": server.issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
        sign_in_by_provider(client)
        assert "_auth_user_id" not in client.session


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert client.post("/accounts/oidc/sign-in/login/").status_code == 404


def test_a_provider_that_is_half_described_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example.org/realms/school/")
    with pytest.raises(EnvironmentInvalid, match="OIDC_CLIENT_ID"):
        openid_connect()
    monkeypatch.setenv("OIDC_CLIENT_ID", "gradus")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "s")
    found = openid_connect()
    assert found is not None
    assert found.origin == "https://id.example.org"
    monkeypatch.setenv("OIDC_ISSUER", "http://id.example.org")
    with pytest.raises(EnvironmentInvalid, match="https://"):
        openid_connect()
