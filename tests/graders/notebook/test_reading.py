"""A notebook that cannot be run gets a sentence; one that can is a list of cells in the order in which they run."""

from __future__ import annotations

import ast
import json

import pytest

from graders.findings import sentence
from graders.notebooks.ownership import names_of_the_student
from graders.notebooks.planning import plan
from graders.notebooks.reading import NotebookUnreadable, read_notebook
from tests.graders.notebook.books import FOLDER, SOLUTION, book, code

MASTER = read_notebook((FOLDER / "starter.ipynb").read_text(encoding="utf-8"))
AFTER = {"test_squares": "squares", "test_sum": None, "test_uses": "total"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "The file is empty"),
        ("{", "line 1 is not JSON"),
        (book()[:-20], "Was it saved to its end?"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "no notebook"),
        ('{"nbformat": 3, "worksheets": []}', "old format 3. Open it in Jupyter and save it"),
        ('{"nbformat": 5, "cells": []}', "format 5, which is not known"),
        ('{"nbformat": 4}', "no notebook"),
        ('{"nbformat": true, "cells": []}', "no notebook"),
        (book(metadata={"kernelspec": {"language": "R", "name": "ir"}}), "written in R"),
        (book(metadata={"language_info": {"name": "julia"}}), "written in julia"),
        (book(cells=[{"cell_type": "widget"}]), "Cell 1 of the notebook is broken"),
        (book(cells=[code("x"), {"cell_type": "code", "source": [1]}]), "Cell 2 of the notebook is broken"),
        (book(cells=[code("x")] * 1001), "more than 1000 cells"),
        (book(cells=[code("x" * 1_100_000)]), "more than 1024 KB of text"),
        (book(cells=[code("", outputs=[{"text": "x" * 11_000_000}])]), "Clear its outputs"),
    ],
)
def test_what_is_no_notebook_gets_a_sentence(text: str, expected: str) -> None:
    with pytest.raises(NotebookUnreadable) as caught:
        read_notebook(text)
    assert expected in sentence(caught.value.finding)


def test_odd_but_valid_notebooks_are_read() -> None:
    cells = [code(["a = 1\r\n", "b = 2"]), code("\ud800", metadata=[], outputs="nonsense"), {"cell_type": "raw"}]
    read = read_notebook(json.dumps({"nbformat": 4, "metadata": None, "cells": cells}))
    assert [cell.source for cell in read] == ["a = 1\nb = 2", "?", ""]


def steps(text: str) -> list[str]:
    """The order in which a submission runs, in short."""
    planned = plan(MASTER, read_notebook(text), tests=tuple(AFTER), after=AFTER)
    return [
        "+".join(step.tests)
        if step.cell is None
        else f"{step.cell.names[0]}{'!' if step.restored else ''}{step.cell.number}"
        for step in planned
    ]


def test_tests_run_at_their_place_and_locked_cells_as_the_exercise_has_them() -> None:
    usual = ["imports1", "squares2", "test_squares", "total3", "test_uses", "test_sum"]
    assert steps(book()) == usual
    assert steps(book(changed={"imports": "limit = 3"})) == ["imports!1", *usual[1:]]
    assert steps(book(without=("imports",))) == ["imports!1", *usual[1:]]
    assert steps(book(without=("squares", "between"))) == [
        "imports1",
        "test_squares",
        "total2",
        "test_uses",
        "test_sum",
    ]
    last = ["total3", "of-the-student4", "test_uses", "test_sum"]
    assert steps(book(last="more = 1")) == [*usual[:3], *last]


def test_copies_and_moved_cells_do_not_run_twice() -> None:
    cells = SOLUTION["cells"]
    doubled = json.dumps({**SOLUTION, "cells": [*cells, cells[1], code("x = 1")]})
    assert steps(doubled)[-3:] == ["of-the-student4", "test_uses", "test_sum"]
    reversed_ = json.dumps({**SOLUTION, "cells": cells[::-1]})
    assert sorted(steps(reversed_)) == sorted(
        ["total1", "squares2", "imports!3", "test_squares", "test_uses", "test_sum"]
    )


def test_a_cell_that_was_moved_to_the_top_pulls_no_test_up() -> None:
    cells = SOLUTION["cells"]
    (total,) = (cell for cell in cells if cell["id"] == "total")
    moved = json.dumps({**SOLUTION, "cells": [total, *(cell for cell in cells if cell is not total)]})
    assert steps(moved) == ["total1", "imports2", "squares3", "test_squares", "test_uses", "test_sum"]


def test_a_notebook_of_another_exercise_is_told_so() -> None:
    with pytest.raises(NotebookUnreadable) as caught:
        steps(book(cells=[code("def squares(n): ...")]))
    assert "None of the cells is one of this exercise's" in sentence(caught.value.finding)


@pytest.mark.parametrize(
    ("cells", "students"),
    [
        (["assert squares(3) == 9"], {"squares"}),
        (["kept = squares\ndel squares\nf()\nsquares = kept"], {"squares", "f"}),
        (["expected = 9\nassert f(3) == expected", "expected = f(1)"], {"f"}),
        (["def helper(x):\n    return factor * x + other\nfactor = 2\nhelper(f)"], {"f", "other"}),
        (["import math\nfrom os import path as p\nassert p.join(math.pi, g)"], {"g"}),
        (["[x * y for x in data for z in x if z]"], {"data", "y"}),
        (["total += 1"], {"total"}),
        (["for i in items:\n    last = i\nprint(last)"], {"items"}),
        (["with opened(f) as file, g:\n    file.read()"], {"opened", "f", "g"}),
        (["try:\n    h()\nexcept Wrong as error:\n    print(error)"], {"h", "Wrong"}),
        (["def change():\n    global state\n    state = state + 1\nchange()"], {"state"}),
        (["class Fake(Base):\n    x = 1\n    y = x\nFake()"], {"Base"}),
        (["def outer(a):\n    def inner():\n        return a + b + outside\n    b = 1\n    return inner"], {"outside"}),
        (["g = lambda x, y=default: x + y + k"], {"default", "k"}),
        (["if (n := f()) > 1:\n    print(n)"], {"f"}),
        (["def typed(x: Array, *, y: list = []) -> Kind:\n    return x\nn: Number"], {"Array", "Kind", "Number"}),
        (["match f(3):\n    case [first, *rest] as whole:\n        print(first, rest, whole)"], {"f"}),
        (
            ["match g:\n    case {'a': one, **others}:\n        print(one, others)\nclass A(metaclass=M): ..."],
            {"g", "M"},
        ),
    ],
)
def test_names_are_the_students_where_the_tests_use_them_first(cells: list[str], students: set[str]) -> None:
    assert names_of_the_student([ast.parse(cell) for cell in cells]) == students
