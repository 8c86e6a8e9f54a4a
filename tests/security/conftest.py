"""The world that every test here looks at, with a real Valkey behind the live pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.courses.conftest import end, report  # noqa: F401  # a fixture
from tests.security import world as making
from tests.workers.conftest import broker, running_broker  # noqa: F401  # fixtures
from workers.broker import Broker

#: The smallest PNG: one pixel.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@pytest.fixture(autouse=True)
def _cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def world(db: None, broker: Broker, tmp_path: Path, end: Callable[..., None]) -> making.World:  # noqa: F811
    return making.make(tmp_path, report=lambda **more: report(figures=(PNG,), **more), end=end)
