"""API tokens: printed once, stored as a hash, revoked by deletion."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from courses.accounts.models import ApiToken, User


def test_the_command_prints_the_token_and_nothing_else(alice: User) -> None:
    out = io.StringIO()
    call_command("create_token", "alice", stdout=out)
    text = out.getvalue().removesuffix("\n")
    assert text.startswith("gradus_")
    assert len(text.split()) == 1
    assert ApiToken.objects.user_of(text) == alice


def test_the_token_itself_is_stored_nowhere(alice: User) -> None:
    token, text = ApiToken.objects.issue(user=alice, name="laptop")
    assert text not in "".join(str(value) for value in ApiToken.objects.values_list().get(pk=token.pk))
    assert text.startswith(token.prefix)


def test_an_unknown_user_is_refused_without_create(db: None) -> None:
    with pytest.raises(CommandError, match="--create"):
        call_command("create_token", "nobody")


def test_create_makes_the_account_which_cannot_sign_in_by_password(db: None) -> None:
    out = io.StringIO()
    call_command("create_token", "robot", "--create", stdout=out)
    robot = User.objects.get(username="robot")
    assert not robot.has_usable_password()
    assert not robot.is_staff
    assert ApiToken.objects.user_of(out.getvalue().strip()) == robot


def test_create_refuses_what_cannot_be_a_username(db: None) -> None:
    with pytest.raises(CommandError, match="cannot be a username"):
        call_command("create_token", "no spaces please", "--create")


def test_a_token_of_an_account_that_was_closed_opens_nothing(alice: User) -> None:
    _token, text = ApiToken.objects.issue(user=alice, name="laptop")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert ApiToken.objects.user_of(text) is None


def test_the_last_use_is_noted(alice: User) -> None:
    token, text = ApiToken.objects.issue(user=alice, name="laptop")
    assert token.last_used is None
    ApiToken.objects.user_of(text)
    token.refresh_from_db()
    assert token.last_used is not None
