"""One engine for all attacks, with a secret in its environment, canaries around it, and a pupil beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.attacks.canaries import Canaries, tree_digest
from tests.attacks.sibling import Sibling

#: What an attack of these classes is after depends on the rung; a forged answer is as good or bad on both.
OF_THE_RUNG = ("cs-", "df-", "dm-", "ef-", "en-", "lt-", "ps-", "sg-")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On the second rung the other classes are for the long run."""
    for item in items:
        values: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
        attack = values.get("attack")
        if values.get("engine") == "landlock" and attack is not None and not attack.name.startswith(OF_THE_RUNG):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def secret() -> Iterator[None]:
    os.environ["PLATFORM_SECRET"] = "PLATFORM_SECRET_CANARY"
    yield
    del os.environ["PLATFORM_SECRET"]


@pytest.fixture(scope="session")
def canaries() -> Iterator[Canaries]:
    placed = Canaries()
    yield placed
    placed.close()


@pytest.fixture(scope="session")
def softmax_exercise() -> Exercise:
    return Exercise.load(Path(__file__).parent / "exercise")


@pytest.fixture(scope="session", params=["namespaces", "landlock"])
def engine(request: pytest.FixtureRequest, secret: None, softmax_exercise: Exercise) -> Iterator[Engine]:
    """An engine of each rung, where an honest pupil with a secret of its own is graded beside every attack."""
    before = tree_digest()
    opened = Engine(slots=2, rung=request.param)
    for _ in range(2):  # so that what is made once is there when the first attack is counted
        opened.grade(softmax_exercise, softmax_exercise.solution_files())
    sibling = Sibling(opened, softmax_exercise)
    yield opened
    spoilt = sibling.stop()
    opened.close()
    assert spoilt == []
    assert sibling.graded > 0
    assert os.environ.get("CI") is None or tree_digest() == before  # elsewhere others may be at work in this checkout
