"""Notebooks are proved as modules are: cell by cell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from graders.notebooks.reading import read_notebook
from graders.strength.mutating import mutants_of
from graders.strength.proving import prove
from graders.strength.texts import replaced
from tests.graders.notebook.books import FOLDER


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    """A copy of the exercise, to be made worse."""
    return shutil.copytree(FOLDER, tmp_path / "squares")


def change_cell(path: Path, name: str, source: str) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["metadata"].get("gradus", {}).get("test") == name)
    cell["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_only_what_a_student_writes_is_changed_and_one_cell_at_a_time() -> None:
    solution = Exercise.load(FOLDER).solution_files()
    before = [cell.source for cell in read_notebook(solution["submission.ipynb"])]
    mutants = mutants_of(solution)
    assert {mutant.text.label for mutant in mutants} == {"submission.ipynb, cell 2", "submission.ipynb, cell 3"}
    for mutant in mutants:
        changed = replaced(solution, [(mutant.text, mutant.after)])
        after = [cell.source for cell in read_notebook(changed["submission.ipynb"])]
        places = [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert places == [mutant.text.cell], mutant.diff()


def test_cells_with_magics_are_left_as_they_are() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "source": source} for source in ("%matplotlib inline\nx = 1", "y = 1 + 2")
    ]
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    assert {mutant.text.label for mutant in mutants_of({"book.ipynb": notebook})} == {"book.ipynb, cell 2"}


def test_the_tests_of_a_notebook_are_proved(engine: Engine, squares: Path) -> None:
    shown = "expected = [1, 4, 9, 16, 25]\nassert squares(5) == expected\nassert numbers == [1, 4, 9]"
    change_cell(squares / "test_hidden.ipynb", "test_squares", shown)
    starter = json.loads((squares / "starter.ipynb").read_text(encoding="utf-8"))
    starter["cells"][0]["source"] = "Must fail: test_squares."
    (squares / "mutants").mkdir()
    (squares / "mutants" / "nothing.ipynb").write_text(json.dumps(starter), encoding="utf-8")
    proof = prove(Exercise.load(squares), engine, jobs=2)
    assert proof.complaints == ()
    assert proof.proved and proof.counted >= 5, proof
    assert proof.answers >= 3 + 1 + 1 + 6, "solution, starter, the listed mutant, degenerate answers"


def test_what_a_weak_cell_lets_pass_is_shown_with_its_cell(engine: Engine, squares: Path) -> None:
    change_cell(squares / "test_hidden.ipynb", "test_sum", "assert sum_of_squares(2) != 0")
    change_cell(squares / "test_hidden.ipynb", "test_uses_squares", "assert sum_of_squares(3) != 0")
    proof = prove(Exercise.load(squares), engine, jobs=2)
    assert proof.complaints == ()
    assert not proof.proved
    assert any("submission.ipynb, cell 3" in survivor.mutant.diff() for survivor in proof.survivors)
