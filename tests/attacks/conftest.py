"""One engine for all attacks, with a secret in its environment, canaries around it, and a pupil beside it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.attacks.canaries import Canaries
from tests.attacks.corpus import SHARED


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
def softmax_exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    """The corpus's exercise, with shorter limits so that the endless ones end sooner."""
    folder = tmp_path_factory.mktemp("exercises") / "softmax"
    folder.mkdir()
    for file in (SHARED / "exercise").iterdir():
        shutil.copyfile(file, folder / file.name)  # the corpus is read-only, its copy is not
    spec = folder / "exercise.yaml"
    spec.write_text(_shorter(spec.read_text()))
    exercise = Exercise.load(folder)
    assert (exercise.limits.seconds, exercise.limits.memory_mb) == (5, 768)
    return exercise


def _shorter(spec: str) -> str:
    return re.sub(r"seconds: 10, memory_mb: 2048", "load_seconds: 6, seconds: 5, memory_mb: 768", spec)


@pytest.fixture(scope="session")
def engine(secret: None) -> Iterator[Engine]:
    opened = Engine(slots=1)
    yield opened
    opened.close()
