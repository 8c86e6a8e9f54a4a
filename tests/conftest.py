"""Fixtures that every test may use. The cast: alice and bob learn, carol teaches, dave runs the pools."""

from __future__ import annotations

import pytest

from courses.accounts.models import User

PASSWORD = "correct horse battery"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.org", PASSWORD)


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", "bob@example.org", PASSWORD)


@pytest.fixture
def carol(db: None) -> User:
    return User.objects.create_user("carol", "carol@example.org", PASSWORD)


@pytest.fixture
def dave(db: None) -> User:
    return User.objects.create_user("dave", "dave@example.org", PASSWORD, is_staff=True)
