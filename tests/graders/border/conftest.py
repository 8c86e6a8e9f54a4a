"""One stage for all tests of the border: importing torch costs seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.graders.border.harness import Graded, Stage, grade

Grade = Callable[..., Graded]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage.start(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.stop()


@pytest.fixture(name="grade")
def grade_fixture(stage: Stage, tmp_path: Path) -> Grade:
    """Grade a submission: ``grade(tests, submission, **limits)``."""
    return partial(grade, stage, tmp_path)
