"""Each exercise in the real engine: the solution gets all, the starter nothing, each mutant fails where it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome, Report
from tests.content.reading import COURSE, EXERCISES

Tests = Literal["hidden", "visible"]
KINDS: tuple[Tests, ...] = ("visible", "hidden")
MUTANTS = sorted(COURSE.glob("*/exercises/*/mutants/*.py"))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=1, runtimes=("torch", "keras"))
    yield opened
    opened.close()


def _grade(engine: Engine, folder: Path, file: Path, *, tests: Tests = "hidden") -> Report:
    return engine.grade(Exercise.load(folder), {"submission.py": file.read_text(encoding="utf-8")}, tests=tests)


def _not_passed(report: Report) -> set[str]:
    return {test.name for test in report.tests if test.outcome != "passed"}


def _name(path: Path) -> str:
    return path.parent.name if path.name == "mutants" else path.stem


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_the_solution_passes_all_tests(engine: Engine, exercise: Path) -> None:
    for tests in KINDS:
        report = _grade(engine, exercise, exercise / "solution.py", tests=tests)
        assert report.outcome == Outcome.GRADED, report
        assert _not_passed(report) == set()
    assert report.score == report.max_score


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_the_starter_loads_gets_no_points_and_is_told_why(engine: Engine, exercise: Path) -> None:
    report = _grade(engine, exercise, exercise / "starter.py")
    assert report.outcome == Outcome.GRADED
    assert report.score == 0
    assert all(test.message for test in report.tests if test.outcome != "passed")


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_mutant_fails_the_test_that_it_names(engine: Engine, mutant: Path) -> None:
    named = set(re.findall(r"test_\w+", ast.get_docstring(ast.parse(mutant.read_text(encoding="utf-8"))) or ""))
    assert named
    report = _grade(engine, mutant.parents[1], mutant)
    assert report.outcome == Outcome.GRADED
    assert named <= _not_passed(report)
    assert report.score < report.max_score


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_an_exercise_lists_three_wrong_answers_and_does_not_give_its_tests_away(exercise: Path) -> None:
    assert len(list((exercise / "mutants").glob("*.py"))) >= 3
    visible, hidden = ((exercise / f"test_{kind}.py").read_text(encoding="utf-8") for kind in ("visible", "hidden"))
    bodies = [
        ast.dump(ast.Module(node.body, [])) for node in ast.parse(hidden).body if isinstance(node, ast.FunctionDef)
    ]
    for node in ast.parse(visible).body:
        if isinstance(node, ast.FunctionDef):
            assert ast.dump(ast.Module(node.body, [])) not in bodies
