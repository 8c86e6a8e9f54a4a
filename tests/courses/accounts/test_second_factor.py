"""A second factor: who needs one, how it is set up, and what it keeps out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.TWO_FACTOR_REQUIRED = True


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238), worked out by ourselves."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def sign_in(client: Client, name: str) -> str:
    return client.post("/accounts/login/", {"login": name, "password": PASSWORD}).headers.get("Location", "")


def set_up(client: Client) -> str:
    """Go through the page that sets up a second factor; gives its secret."""
    EmailAddress.objects.update(verified=True)
    assert "/reauthenticate/" in client.get("/accounts/2fa/totp/activate/").headers["Location"]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


@pytest.mark.parametrize(
    ("name", "needed"), [("teacher", True), ("dave", True), ("assistant", False), ("learner", False)]
)
def test_who_teaches_or_administers_needs_one(
    client: Client, request: pytest.FixtureRequest, course: Course, bob: User, name: str, needed: bool
) -> None:
    enroll(bob, course, role=Role.ASSISTANT)
    user = bob if name == "assistant" else request.getfixturevalue(name)
    client.force_login(user)
    answer = client.get("/courses/")
    assert (answer.status_code == 302) is needed
    if needed:
        assert answer.headers["Location"] == "/accounts/2fa/totp/activate/"
        assert client.post("/i18n/setlang/", {"language": "en"}).headers["Location"] != answer.headers["Location"]
        assert "second factor" in client.get("/accounts/2fa/").content.decode()


def test_in_a_demo_nobody_needs_one(client: Client, dave: User, settings: Settings) -> None:
    settings.TWO_FACTOR_REQUIRED = False
    client.force_login(dave)
    assert client.get("/courses/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_it_is_set_up_asked_for_and_accepted_once(client: Client, teacher: User) -> None:
    sign_in(client, "carol")
    secret = set_up(client)
    assert client.get("/courses/").status_code == 200
    assert any(message.to == ["carol@example.org"] for message in mail.outbox)
    elsewhere = Client()
    assert sign_in(elsewhere, "carol") == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in elsewhere.session
    assert elsewhere.get("/studio/").headers["Location"].startswith("/accounts/login/")
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = code_of(secret)
    elsewhere.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" in elsewhere.session
    thief = Client()
    sign_in(thief, "carol")
    thief.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in thief.session


def test_who_needs_it_cannot_put_it_away(client: Client, teacher: User) -> None:
    sign_in(client, "carol")
    set_up(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=teacher, type="totp").exists()


def test_a_recovery_code_opens_once(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    set_up(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = page.split("<textarea", 1)[1].split(">", 1)[1].split("<", 1)[0].split()[0]
    for works in (True, False):
        elsewhere = Client()
        sign_in(elsewhere, "alice")
        elsewhere.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in elsewhere.session) is works


def test_the_administration_has_no_door_of_its_own(client: Client, dave: User) -> None:
    User.objects.filter(pk=dave.pk).update(is_superuser=True)
    assert client.get("/django-admin/login/").headers["Location"].startswith("/accounts/login/")
    client.post("/django-admin/login/", {"username": "dave", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_secrets_are_encrypted_and_outlive_a_change_of_the_sites_key(
    client: Client, alice: User, settings: Settings
) -> None:
    sign_in(client, "alice")
    secret = set_up(client)
    stored = Authenticator.objects.get(user=alice, type="totp").data["secret"]
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    assert get_adapter().decrypt(stored) != secret
    settings.SECRET_KEY_FALLBACKS = [old]
    assert get_adapter().decrypt(stored) == secret
