"""The exercises here hold hidden tests for the engine, none of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graders.engine import Engine

collect_ignore = ["exercises"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=2)
    yield opened
    opened.close()
