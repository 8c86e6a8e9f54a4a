"""A small course as nbgrader keeps it, of our own making: cells of every kind, and what students handed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Cell = dict[str, Any]


def cell(kind: str, source: str, **given: Any) -> Cell:
    """A cell; ``given`` are nbgrader's metadata, with schema 3 where there are any."""
    made: Cell = {"cell_type": kind, "metadata": {}, "source": source}
    if given:
        usual = {"grade": False, "solution": False, "locked": False, "schema_version": 3}
        made["metadata"]["nbgrader"] = {**usual, **given}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made


def text(source: str) -> Cell:
    return cell("markdown", source)


def code(source: str) -> Cell:
    return cell("code", source)


def locked(name: str, source: str) -> Cell:
    return cell("code", source, locked=True, grade_id=name)


def solution(name: str, source: str) -> Cell:
    return cell("code", source, solution=True, grade_id=name)


def test(name: str, points: float, source: str) -> Cell:
    return cell("code", source, grade=True, locked=True, grade_id=name, points=points)


def written(name: str, points: float, source: str, kind: str = "markdown") -> Cell:
    return cell(kind, source, grade=True, solution=True, grade_id=name, points=points)


def task(name: str, points: float, source: str) -> Cell:
    return cell("markdown", source, locked=True, task=True, grade_id=name, points=points)


def notebook(cells: Sequence[Cell], **more: Any) -> str:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": kernel, "cells": list(cells), **more})


TRIANGLES = [
    text("# Triangles\n\nCount with $T_n = 1 + 2 + … + n$.\n\n![](triangle.svg)"),
    code(
        "import math\nimport numpy as np\nfrom numbers import Number\nfrom IPython.display import HTML\n"
        "%matplotlib inline"
    ),
    locked(
        "same",
        "def same(a: Number, b: Number) -> bool:\n    return math.isclose(a, b, rel_tol=limit)\n\n\nlimit = 1e-9",
    ),
    locked("half", "from __future__ import annotations\nfrom steps import half"),
    solution(
        "triangle",
        "def triangle(n):\n    '''The n-th triangular number.'''\n    ### BEGIN SOLUTION\n"
        "    if n < 0:\n        raise ValueError('negative')\n    return n * (n + 1) // 2\n    ### END SOLUTION",
    ),
    code("triangle(4)"),
    test(
        "small_triangles",
        2,
        '"""The first triangular numbers"""\nassert triangle(1) == 1\nassert same(triangle(4), 10)\n'
        "### BEGIN HIDDEN TESTS\nassert triangle(1234) == 761995\n### END HIDDEN TESTS",
    ),
    test(
        "negative",
        1,
        "try:\n    triangle(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')",
    ),
    solution(
        "pyramid",
        "### BEGIN SOLUTION\ndef pyramid(n):\n    return sum(triangle(k) for k in range(n + 1))\n### END SOLUTION",
    ),
    test(
        "pyramid_uses_triangle",
        0.5,
        "kept = triangle\ndel triangle\ntry:\n    pyramid(3)\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('not used')\nfinally:\n    triangle = kept",
    ),
    test(
        "shown",
        3,
        "from IPython.display import display\nscore = 0\nscore += triangle(2) == 3\nscore += half(triangle(3)) == 3\n"
        "display(score)\nscore * 1.0",
    ),
    test("part", 4, "sum(pyramid(n) == value for n, value in enumerate([0, 1, 4, 10])) * 1.0"),
    solution(
        "readings",
        "def readings():\n    ### BEGIN SOLUTION\n    return [int(x) for x in open('numbers.txt')]\n"
        "    ### END SOLUTION",
    ),
    test(
        "reads_its_file", 1, "assert readings() == list(map(int, open('numbers.txt')))\nassert np.sum(readings()) == 16"
    ),
    solution(
        "Shape",
        "### BEGIN SOLUTION\nclass Shape:\n    def __eq__(self, other):\n        return isinstance(other, Shape)\n"
        "sides = [3]\n### END SOLUTION",
    ),
    test("changes_a_list", 1, "sides.append(4)\nassert len(sides) == 2"),
    solution("noise", "### BEGIN SOLUTION\ndef noise(n):\n    return np.random.randn(n)\n### END SOLUTION"),
    test(
        "same_noise",
        1,
        "np.random.seed(5)\nkept = noise(3)\nnp.random.seed(5)\nassert (kept == np.random.randn(3)).all()",
    ),
    solution("applied", "### BEGIN SOLUTION\ndef applied(f, k):\n    return f(k)\n### END SOLUTION"),
    test("of_lambdas", 1, "assert applied(lambda k: k + 1, 4) == 5"),
    written("why", 3, "Because $1 + 2 + … + n$ pairs up."),
    task(
        "own",
        5,
        "## Your own numbers\n\nFind another sequence.\n\n=== BEGIN MARK SCHEME ===\nTwo for the sequence.\n"
        "=== END MARK SCHEME ===",
    ),
]
ASKED = [
    solution(
        "double",
        "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n\nnames = {'one': 1, 'two': 2}\n### END SOLUTION",
    ),
    test(
        "autotest",
        1,
        "### AUTOTEST double(21); double('ab')\n### HASHED AUTOTEST double(4071)\n### BEGIN HIDDEN TESTS\n"
        "### AUTOTEST double(1.5)\n### END HIDDEN TESTS\n### AUTOTEST names",
    ),
]
TEMPLATES = """\
python3:
    setup: "from hashlib import sha1"
    hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
    dispatch: "type({{snippet}})"
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == \"\"\"{{value}}\"\"\", \"\"\"{{message}}\"\"\"'
    success: "print('Success!')"
    templates:
        default:
            - {test: "type({{snippet}})", fail: "type of {{snippet}} is not correct"}
            - {test: "{{snippet}}", fail: "value of {{snippet}} is not correct"}
        dict:
            - {test: "len(list({{snippet}}.keys()))", fail: "number of keys of {{snippet}} is not correct"}
"""


def handed_in(cells: Sequence[Cell], **answers: str) -> list[Cell]:
    """What a student hands in: the release of ``cells``, with answers by the id of their cell."""
    stub = {"code": "# YOUR CODE HERE\nraise NotImplementedError()", "markdown": "YOUR ANSWER HERE"}
    made = []
    for each in cells:
        given = each["metadata"].get("nbgrader", {})
        source = stub[each["cell_type"]] if given.get("solution") else each["source"]
        source = source.partition("### BEGIN HIDDEN")[0].partition("=== BEGIN")[0]
        made.append({**each, "source": answers.get(given.get("grade_id", ""), source)})
    return made


ALICE = handed_in(
    TRIANGLES,
    triangle="def triangle(n):\n    if n < 0: raise ValueError\n    return sum(range(n + 1))",
    pyramid="def pyramid(n): return sum(triangle(k) for k in range(n + 1))",
    readings="def readings():\n    with open('numbers.txt') as f:\n        return list(map(int, f))",
    Shape="class Shape:\n    def __eq__(self, other): return True",
    why="They pair up.",
)
BOB = handed_in(
    TRIANGLES,
    triangle="def triangle(n): return n * (n + 1) / 2 if n < 1000 else 0",
    pyramid="def pyramid(n): return [0, 1, 4, 9][n]",
)
FILES = {
    "nbgrader_config.py": "c = get_config()\nc.CourseDirectory.course_id = 'numbers'\nraise SystemExit('never run')\n",
    "autotests.yml": TEMPLATES,
    "source/header.ipynb": notebook([text("Run all cells first."), code('NAME = ""')]),
    "source/week 1/triangles.ipynb": notebook(TRIANGLES),
    "source/week 1/asked.ipynb": notebook(ASKED),
    "source/week 1/numbers.txt": "3\n5\n8\n",
    "source/week 1/steps.py": "def half(x):\n    return x / 2\n",
    "source/week 1/triangle.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 9h9z"/></svg>',
    "submitted/alice/week 1/triangles.ipynb": notebook(ALICE),
    "submitted/bob/week 1/triangles.ipynb": notebook(BOB),
    "submitted/bob/week 1/asked.ipynb": "{",
}


def write(parent: Path, **changes: str) -> Path:
    folder = parent / "numbers"
    for name, content in {**FILES, **changes}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder
