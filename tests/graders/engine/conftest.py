"""A real engine in its real sandbox, and a small exercise with short limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Report

EXERCISES = Path(__file__).parent / "exercises"
collect_ignore = ["exercises"]  # hidden tests for the engine, none of ours
SOLUTION = (EXERCISES / "double" / "solution.py").read_text()

Grade = Callable[..., Report]


@pytest.fixture(scope="session", params=["namespaces", "landlock"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    opened = Engine(slots=2, rung=request.param)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def double() -> Exercise:
    return Exercise.load(EXERCISES / "double")


@pytest.fixture
def grade(engine: Engine, double: Exercise) -> Grade:
    """Grade a submission that starts as the solution and goes on with ``code``."""

    def run(code: str, **options: object) -> Report:
        return engine.grade(double, {"submission.py": f"{SOLUTION}\n{code}\n"}, **options)  # type: ignore[arg-type]

    return run
