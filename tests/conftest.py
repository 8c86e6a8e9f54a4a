"""Fixtures that every test may use. The cast: alice and bob learn, carol teaches, dave runs the pools."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from courses.accounts.models import User
from workers.audit import triggers

#: Tests of exercises, which only an examiner runs.
collect_ignore_glob = ["*/test_hidden.py", "*/test_visible.py"]


#: Files, or all files of a folder, that take longest. Where processes share the files, whoever begins with the longest
#: ends first: a file that takes minutes and is begun last is what everybody else waits for.
LONGEST_FIRST = (
    "house/test_postgresql",
    "attacks",
    "e2e",
    "chaos",
    "content",
    "graders/strength",
    "workers",
    "security",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first; leave out what is marked ``long`` unless ``make test-all`` asks for it."""
    items.sort(key=_place)
    if os.environ.get("GRADUS_LONG") == "1":
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def _place(item: pytest.Item) -> int:
    path = item.nodeid.removeprefix("tests/")
    known = (place for place, prefix in enumerate(LONGEST_FIRST) if path.startswith(prefix))
    return next(known, len(LONGEST_FIRST))


PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as the site has it: in memory, threads and processes of a test would not see the same rows."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith(".sqlite"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Without the triggers that guard the audit trail: tests empty every table between each other."""
    with django_db_blocker.unblock():
        triggers.remove(connections["default"])


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Passwords are hashed slowly on purpose; the cast need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _uncollected_static_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Pages find static files where they lie: no test waits for collectstatic or depends on an earlier one."""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The language of a request stays active in its thread when the request is over: no test inherits another's."""
    with translation.override("en"):
        yield


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
