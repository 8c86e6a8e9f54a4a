"""A course folder of nbgrader's becomes one of ours that publishes, with the same points, and tells no student more."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.authoring.nbgrader import telling
from courses.authoring.nbgrader.autotests import Answer, read_templates
from courses.authoring.nbgrader.books import Converter
from courses.authoring.nbgrader.cells import Refused, read_book
from courses.authoring.nbgrader.folders import read_folder
from courses.authoring.nbgrader.helpers import helpers_for, jupyters_own
from courses.authoring.nbgrader.importing import Moving
from courses.authoring.nbgrader.leaking import leaks_of
from courses.authoring.nbgrader.nose import modern
from courses.authoring.nbgrader.regions import Regions
from courses.authoring.nbgrader.settings import Settings, read_settings
from courses.authoring.nbgrader.shaping import not_python, with_named_lambdas, with_seeds, without_magics
from courses.authoring.nbgrader.writing import submission_of
from courses.authoring.source.folder import read_course
from graders.engine import Engine
from graders.exercise import Exercise
from tests.courses.authoring import nbgrader_course as made
from tests.courses.authoring.sample import Urls

#: What nbgrader 0.9.6 gives for the same folder.
MARKS = {
    "small_triangles": {"the solution": 2, "the starter": 0, "alice": 2, "bob": 0},
    "negative": {"the solution": 1, "the starter": 0, "alice": 1, "bob": 0},
    "pyramid_uses_triangle": {"the solution": 0.5, "the starter": 0.5, "alice": 0.5, "bob": 0},
    "shown": {"the solution": 2, "the starter": 0, "alice": 2, "bob": 2},
    "part": {"the solution": 4, "the starter": 0, "alice": 4, "bob": 3},
    "reads_its_file": {"the solution": 1, "the starter": 0, "alice": 1, "bob": 0},
    "same_noise": {"the solution": 1, "the starter": 0, "alice": 0, "bob": 0},
    "of_lambdas": {"the solution": 1, "the starter": 0, "alice": 0, "bob": 0},
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def moved(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The course, moved; and what is told of it."""
    folder = read_folder(made.write(tmp_path_factory.mktemp("nbgrader")))
    into = tmp_path_factory.mktemp("moved") / "numbers"
    notebooks = Moving(folder=folder, into=into, engine=engine, say=lambda _text: None).move()
    (into / "IMPORT.md").write_text(telling.report(folder, notebooks))
    return into, "\n".join(telling.in_short(notebooks))


@pytest.fixture(scope="module")
def triangles(moved: tuple[Path, str]) -> Path:
    return moved[0] / "01-week-1" / "exercises" / "week-1-triangles"


def sources(path: Path) -> dict[str, str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["metadata"].get("gradus", {}).get("cell") or cell["id"]: cell["source"] for cell in cells}


def test_it_publishes(moved: tuple[Path, str]) -> None:
    course = read_course(moved[0], Urls())
    exercises = {each.graded.slug: each for chapter in course.chapters for each in chapter.exercises}
    assert list(exercises) == ["week-1-asked", "week-1-triangles"]
    triangles = exercises["week-1-triangles"]
    assert triangles.graded.points == 22.5
    assert triangles.graded.title == {"en": "Triangles"}
    assert {name: (part.points, part.cell) for name, part in triangles.graded.manual.items()} == {
        "test_changes_a_list": (1, "changes_a_list"),
        "why": (3, "why"),
        "own": (5, "own"),
    }
    assert triangles.graded.manual["own"].guide == {"en": "Two for the sequence."}
    assert triangles.graded.tests["test_small_triangles"].title == {"en": "The first triangular numbers"}
    assert "<math" in triangles.statement["en"]
    assert "triangle" in triangles.statement["en"]
    assert {path.rpartition(".")[2] for path in course.public} >= {"svg"}


def test_what_a_file_gives_away_is_told(moved: tuple[Path, str], triangles: Path, tmp_path: Path) -> None:
    assert "students can read" not in moved[1]
    leaky = Path(shutil.copytree(triangles, tmp_path / "leaky"))
    (leaky / "data" / "answers.py").write_text("    return n * (n + 1) // 2\n761995\n")
    cells, regions = converter().cells(read_book(made.notebook(made.TRIANGLES).encode())), Regions.of(Settings())
    assert leaks_of(leaky, cells, regions, {}) == [
        "data/answers.py: leaky: expected value: 761995",
        "data/answers.py: leaky: solution: return n * (n + 1) // 2",
    ]


def test_each_cell_gets_the_points_that_nbgrader_gives(moved: tuple[Path, str]) -> None:
    table = (moved[0] / "IMPORT.md").read_text(encoding="utf-8").partition("\n## week 1/triangles\n")[2]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n") if line.startswith("|")]
    names, answers = rows[0][1:], rows[2:]
    got = {name: {row[0]: float(row[place + 1].strip("✗ ")) for row in answers} for place, name in enumerate(names)}
    assert got == MARKS


def test_a_test_that_differs_across_the_border_is_switched_off_with_the_reason(
    moved: tuple[Path, str], triangles: Path
) -> None:
    _into, said = moved
    assert "changes_a_list is switched off: on the solution: 1 points in one process, 0 across it" in said
    assert "AssertionError, in `assert len(sides) == 2`" in said
    cells = json.loads((triangles / "test_hidden.ipynb").read_text())["cells"]
    off = [cell for cell in cells if "sides.append" in cell["source"]]
    assert [cell["cell_type"] for cell in off] == ["raw"]


def test_a_test_that_is_off_has_a_draft_that_was_tried_on_every_answer(
    moved: tuple[Path, str], triangles: Path
) -> None:
    told = (moved[0] / "IMPORT.md").read_text(encoding="utf-8")
    draft = told.partition("This draft gives all 4 answers the right points:\n\n```python\n")[2].partition("\n```")[0]
    assert draft == (
        "def gradus_look(submission):\n    gradus_seen = []\n    submission.sides.append(4)\n"
        "    gradus_seen.append(len(submission.sides))\n    return gradus_seen\n\n\n"
        "gradus_seen = student.run(gradus_look)\nassert gradus_seen[0] == 2"
    )


def test_drafts_run_where_the_instructor_says_so(engine: Engine, tmp_path: Path) -> None:
    cells = [
        made.solution("kept", "### BEGIN SOLUTION\nkept = [1]\n### END SOLUTION"),
        made.test("off", 2, "import math as m\nkept.append(2)\nlimit = len(kept)\nassert kept == [1, 2], 'no'"),
        made.test("later", 3, "value = m.floor(1.5) + limit\nkept.append(3)\nlen(kept) / 2"),
        made.test(
            "anew",
            1,
            "count = 0\ndef spy(n):\n    global count\n    count += n\nkept = spy\nkept(2)\nassert count == 2",
        ),
        made.test("never", 1, "kept.append(4)\nassert _ is None"),
    ]
    folder = tmp_path / "course" / "source" / "one"
    folder.mkdir(parents=True)
    (folder / "book.ipynb").write_text(made.notebook(cells))
    moving = Moving(
        folder=read_folder(tmp_path / "course"),
        into=tmp_path / "new",
        engine=engine,
        rewrite=True,
        say=lambda _text: None,
    )
    (moved,) = moving.move()
    assert list(moved.off) == ["never"]
    points = {tried.answer: {name: each.points for name, each in tried.across.items()} for tried in moved.tried}
    assert points == {
        "the solution": {"test_off": 2, "test_later": 1.5, "test_anew": 1},
        "the starter": {"test_off": 0, "test_later": 0, "test_anew": 1},
    }
    assert "Tests that run as their drafts" in telling.report(moving.folder, [moved])


def test_students_get_neither_solution_nor_hidden_test_nor_answer(moved: tuple[Path, str], triangles: Path) -> None:
    starter, solution = sources(triangles / "starter.ipynb"), sources(triangles / "solution.ipynb")
    assert starter["triangle"].endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert "'''The n-th triangular number.'''" in starter["triangle"]
    assert starter["why"] == "YOUR ANSWER HERE"
    assert "assert same(triangle(4), 10)" in starter["small_triangles"]
    asked = triangles.parent / "week-1-asked"
    given = "".join(starter.values()) + "".join(sources(asked / "starter.ipynb").values())
    statements = "".join(path.read_text() for path in moved[0].rglob("*.md") if path.name != "IMPORT.md")
    for secret in ("n * (n + 1)", "761995", "Two for the sequence", "pairs up", "8142", "3.0", "2 * x"):
        assert secret not in given + statements
    assert "761995" not in "".join(solution.values())
    assert "# double(4071) is tested when you hand in." in given
    assert "assert str(double(21)) == '42', 'value of double(21) is not correct'" in given
    hidden = "".join(sources(asked / "test_hidden.ipynb").values())
    assert "assert str(double(4071)) == '8142'" in hidden
    assert "assert str(double(1.5)) == '3.0'" in hidden


def test_a_helper_that_is_defined_again_stands_below_what_it_needs() -> None:
    cells = [
        made.code("def close(a, b):\n    return a == b"),
        made.code("from typing import List"),
        made.locked("again", "def close(a: List[int], b: List[int]) -> bool:\n    return sorted(a) == sorted(b)"),
    ]
    names: dict[str, Any] = {}
    exec(helpers_for(["assert close([1], [1])"], read_book(made.notebook(cells).encode()).cells), names)
    assert names["close"]([1, 2], [2, 1])


CHEATS = {
    "the helper of the tests": "same = lambda a, b: True\ndef triangle(n): return 1",
    "a name of the tests": "kept = lambda n: n\nvalue = 0\ndef triangle(n): return 1",
    "another sum": "import builtins\nbuiltins.sum = lambda items: 4\ndef pyramid(n): return -1",
    "the end": "import os\nos._exit(0)",
    "an exit": "raise SystemExit(0)",
    "the tests' file": "import glob\nfor name in glob.glob('/**/*.ipynb', recursive=True): print(open(name).read())",
    "the caller": "import sys\ndef triangle(n):\n    print(sys._getframe(1).f_code.co_consts)\n    return 1",
    "points": "def gradus_part(value, worth): pass\ndef score(fraction): pass\ndef pyramid(n): return -1",
    "the modules": "import sys\nsys.modules['math'].isclose = sys.modules['builtins'].isinstance = lambda *a: True\n"
    "sys.modules['builtins'].AssertionError = StopIteration\ndef triangle(n): return 1",
    "hooks of Jupyter": "get_ipython = lambda: __import__('unittest.mock').mock.MagicMock()\n"
    "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])\ndef triangle(n): return 1",
    "a number that equals all": "class Any(int):\n    def __eq__(self, other): return True\n"
    "    def __sub__(self, other): return 0\ndef triangle(n): return Any(1)",
    "answers of its own": "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'yes')\n    except OSError: pass",
    "a thread that stays": "import gc, threading\nfound = []\ndef look():\n    while True:\n"
    "        found.extend(o['kept'] for o in gc.get_objects() if type(o) is dict and 'kept' in o)\n"
    "threading.Thread(target=look).start()\ndef triangle(n): return found[-1](n) if found else 1",
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_cheats_nbgrader_earns_nothing(engine: Engine, triangles: Path, cheat: str) -> None:
    cells = [{**cell} for cell in json.loads((triangles / "starter.ipynb").read_text())["cells"]]
    for cell in cells:
        if cell["metadata"]["gradus"]["cell"] == "triangle":
            cell["source"] = CHEATS[cheat]
    report = engine.grade(Exercise.load(triangles), {"submission.ipynb": made.notebook(cells)}, seed=1)
    earned = {test.name for test in report.tests if test.points}
    assert earned <= {"test_pyramid_uses_triangle"}  # which the untouched starter passes, there and here
    assert "761995" not in report.output + report.output_withheld


def converter() -> Converter:
    return Converter(settings=Settings(), templates=made.TEMPLATES.encode())


def refusal(content: str) -> str:
    with pytest.raises(Refused) as caught:
        converter().convert(read_book(content.encode()))
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "this is JSON, but no notebook"),
        ("1e999", "this is JSON, but no notebook"),
        (made.notebook([made.text("x"), {**made.code("x"), "source": [1, 2]}]), "cell 2: this is no notebook that"),
        (
            made.notebook([made.text("x"), made.code("s = '" + "a" * 2**20 + "'")]),
            "cell 2: its cells have more than 10",
        ),
        (made.notebook([])[:-9], "was it saved to its end?"),
        (made.notebook([], metadata={"kernelspec": {"language": "R", "name": "ir"}}), "written in r"),
        (made.notebook([made.text("x")]), "nothing in it is graded"),
        (made.notebook([made.test("t", 0, "assert True")]), "worth no points"),
        (made.notebook([made.test("t", 1, "x"), made.test("t", 1, "y")]), "cell 2: its id “t” is that of cell 1 too"),
        (made.notebook([made.cell("code", "x", grade=True, grade_id="", points=1)]), "cell 1: nbgrader knows it by no"),
        (made.notebook([made.cell("code", "x", grade=True, grade_id="t", points="many")]), "its points are 'many'"),
        (made.notebook([made.cell("code", "x", grade=True, grade_id="t", schema_version=9)]), "have schema 9"),
        (made.notebook([made.cell("markdown", "x", grade=True, grade_id="t", points=1)]), "is a test and no code"),
        (made.notebook([made.task("t", 1, "x"), {**made.task("u", 1, "x"), "cell_type": "code"}]), "cell 2: "),
        (made.notebook([made.solution("s", "### BEGIN SOLUTION"), made.test("t", 1, "")]), "has no “END SOLUTION”"),
        (made.notebook([made.code("### BEGIN SOLUTION\n### END SOLUTION"), made.test("t", 1, "")]), "students would"),
        (
            made.notebook([made.test("t", 1, "### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS")]),
            "stands inside of another",
        ),
        (made.notebook([made.code("### AUTOTEST f(1)"), made.test("t", 1, "")]), "no autograder test"),
        (
            json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "widget"}]}),
            "cell 1: this is no notebook",
        ),
    ],
)
def test_a_notebook_that_cannot_be_taken_over_is_refused_with_the_cell(content: str, expected: str) -> None:
    assert expected in refusal(content)


def test_old_formats_and_schemas_are_read() -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": []}]}
    given = {"grade": True, "locked": False, "solution": False, "grade_id": "t", "points": "2"}  # before schema 1
    old["worksheets"] = [
        {"cells": [{"cell_type": "code", "input": "assert 1", "metadata": {"nbgrader": given}, "outputs": []}]}
    ]
    for content in (json.dumps(old), made.notebook([made.cell("code", "assert 1", **given, schema_version=1)])):
        converted = converter().convert(read_book(content.encode()))
        assert [(test.name, test.cell.points, test.source) for test in converted.tests] == [("test_t", 2, "assert 1")]


def test_a_configuration_is_read_and_never_run() -> None:
    text = (
        "c = get_config()\nc.ClearSolutions.code_stub = {'python': '# here'}\nopen('/tmp/ran', 'w')\n"
        "c.CourseDirectory.db_assignments = [dict(name='ps1', duedate='2015-02-02')]\n"
        "c.IncludeHeaderFooter.header = __import__('os').getcwd()\n"
    )
    settings = read_settings(text.encode())
    assert settings.code_stub == "# here"
    assert settings.rows("CourseDirectory.db_assignments") == [{"name": "ps1", "duedate": "2015-02-02"}]
    assert settings.text("IncludeHeaderFooter.header", "none") == "none"
    assert re.search(r"py:5: IncludeHeaderFooter.header is no plain value; it is never run", settings.notes[0])
    assert "is no Python" in read_settings(b"c = (").notes[0]


def test_magics_leave_a_test_and_are_named() -> None:
    assert without_magics("%matplotlib inline\nx = 7 % 4\nif x:\n    !ls\nassert x") == (
        "pass\nx = 7 % 4\nif x:\n    pass\nassert x",
        ["%matplotlib inline", "!ls"],
    )
    assert without_magics("%time assert f() == 1\n%timeit -n1 -r1 assert f()") == ("assert f() == 1\nassert f()", [])
    assert without_magics("%timeit -n 2 -r1 -q f()\nf?\n?f.x\nassert f() != 1") == (
        "f()\npass\npass\nassert f() != 1",
        ["f?", "?f.x"],
    )
    assert without_magics("%%time\nassert f()") == ("\nassert f()", ["%%time"])
    for needed in (
        "%run checks.py\nassert f()",
        "%%bash\ntest -f x",
        "found = !ls\nassert found",
        "%%writefile a\nx = 1",
    ):
        assert without_magics(needed) == (needed, [])
        assert "is IPython's own, and the test cannot do without it" in not_python(needed)
    assert not_python("assert await go() == 3") == "line 1 is not Python: 'await' outside function"


@pytest.mark.parametrize(
    ("source", "bound", "name"),
    [
        ("assert f() == 1\nOut", set(), "Out"),
        ("assert f() == 1\n_", set(), "_"),
        ("assert 'f' in ''.join(In)", set(), "In"),
        ("assert _12 == f(_i3)", set(), "_12"),
        ("ip = get_ipython()", set(), "get_ipython"),
        ("def t():\n    return _ih[-1]\nassert t()", set(), "_ih"),
        ("for _ in range(3):\n    assert f()\n_", set(), ""),
        ("value, _ = f()\nassert [_ for _ in 'ab'] and value", set(), ""),
        ("assert _ == 2", {"_"}, ""),
        ("import gettext\n_ = gettext.gettext\nassert _('a')", set(), ""),
        ("assert _private_1 and __name__", set(), ""),
    ],
)
def test_what_only_the_prompt_of_jupyter_has_is_named(source: str, bound: set[str], name: str) -> None:
    told = jupyters_own(source, bound=bound)
    assert told == (f"it reads {name!r}, which only Jupyter's prompt has; compare values instead" if name else "")


def test_a_set_is_compared_in_order() -> None:
    """As text it has another order in each process, and nbgrader's verdict on it is chance."""
    templates = read_templates(None, "python3")
    question = templates.question("pairs(x)", hashed=False)
    assert question.by_type["set"] == ["str(type(pairs(x)))", "str(sorted(map(repr, pairs(x))))"]
    assert question.by_type["default"][1] == "str(pairs(x))"
    answer = Answer(type="set", values=["<class 'set'>", "['1', '2']"])
    assert templates.assertions(question, answer)[1].startswith('assert str(sorted(map(repr, pairs(x)))) == "[')


def test_lambdas_that_are_given_away_get_names() -> None:
    source = "x = 1\nassert f(lambda a: a * 2, key=lambda: 'é') == g('é', lambda b: b)\nkept = lambda c: c"
    assert with_named_lambdas(source).split("\n") == [
        "x = 1",
        *("def gradus_function_1(a):", "    return a * 2", ""),
        *("def gradus_function_2():", "    return 'é'", ""),
        *("def gradus_function_3(b):", "    return b", ""),
        "assert f(gradus_function_1, key=gradus_function_2) == g('é', gradus_function_3)",
        *("def kept(c):", "    return c", ""),
    ]
    for same in ("def t():\n    return f(lambda: 1)", "[f(lambda: i) for i in x]", "f(lambda:"):
        assert with_named_lambdas(same) == same


def test_what_seeds_the_test_seeds_the_student_too() -> None:
    source = "_ = np.random.seed(3)\nx = f()\nrandom.seed('é'); y = f()  # again\n"
    source += "for n in (1, 2):\n    seed(\n        n)\n    f(n)"
    assert with_seeds(source).split("\n") == [
        "_ = np.random.seed(3); seed_student(3)",
        "x = f()",
        "random.seed('é'); seed_student('é'); y = f()  # again",
        "for n in (1, 2):",
        "    seed(",
        "        n); seed_student(n)",
        "    f(n)",
    ]
    assert with_seeds("def f(n):\n    seed(n)") == "def f(n):\n    seed(n)"  # it may be sent


def test_assertions_of_nose_are_those_of_unittest() -> None:
    source = "from nose.tools import assert_equal, eq_ as same\nassert_equal(1, 1)"
    assert modern(source).split("\n") == [
        "from unittest import TestCase as _TestCase",
        "assert_equal = _TestCase().assertEqual",
        "same = _TestCase().assertEqual",
        "assert_equal(1, 1)",
    ]
    cells = [made.code("from nose.tools import assert_raises"), made.test("t", 1, "assert_raises(ValueError, f)")]
    converted = converter().convert(read_book(made.notebook(cells).encode()))
    assert converted.helper.endswith("assert_raises = _TestCase().assertRaises")
    source = modern("import nose.tools as nt\nfrom nose import tools\nnt.assert_in(1, [1])\ntools.ok_(1)")
    assert "nt = _Tools(assert_in=_TestCase().assertIn)" in source
    assert "tools = _Tools(ok_=_TestCase().assertTrue)" in source
    exec(source, {})  # ours
    assert modern("from nose.tools import nothing") == "from nose.tools import nothing"


def test_of_copies_of_a_cell_the_last_is_graded() -> None:
    converted = converter().convert(read_book(made.notebook(made.TRIANGLES).encode()))
    copied = [made.solution("triangle", "first"), made.solution("triangle", "second"), made.solution("foreign", "x")]
    cells = json.loads(submission_of(made.notebook(copied).encode(), converted.named))["cells"]
    assert [cell["metadata"].get("gradus", {}).get("cell") for cell in cells] == [None, "triangle", None]


#: Each of these is worth a point in one process.
_TRICKS = {
    "equals_all": "class Any:\n    def __eq__(self, other): return True\ndef half(n): return Any()",
    "patches": "import math\nmath.isclose = lambda *_, **__: True\ndef half(n): return 9.0",
}


def test_a_trick_of_a_student_switches_no_test_off_and_an_off_test_still_gives_its_names(
    engine: Engine, tmp_path: Path
) -> None:
    cells = [
        made.code("import math"),
        made.solution("half", "def half(n):\n    ### BEGIN SOLUTION\n    return n / 2\n    ### END SOLUTION"),
        made.test("equal", 1, "assert half(3) == 1.5"),
        made.test("close", 1, "assert math.isclose(half(3), 1.5)"),
        made.solution("kept", "### BEGIN SOLUTION\nkept = [1]\n### END SOLUTION"),
        made.test("off", 1, "import operator\ndef twice(n):\n    return 2 * n\nkept.append(2)\nassert len(kept) == 2"),
        made.test("later", 1, "assert operator.eq(twice(half(3)), 3)"),
    ]
    folder = tmp_path / "course"
    (folder / "source" / "one").mkdir(parents=True)
    (folder / "source" / "one" / "book.ipynb").write_text(made.notebook(cells))
    for who, answer in _TRICKS.items():
        (folder / "submitted" / who / "one").mkdir(parents=True)
        own = made.handed_in(cells, half=answer, kept="kept = [1]")
        (folder / "submitted" / who / "one" / "book.ipynb").write_text(made.notebook(own))
    (moved,) = Moving(folder=read_folder(folder), into=tmp_path / "new", engine=engine, say=lambda _text: None).move()
    assert list(moved.off) == ["off"]
    across = {tried.answer: {name: result.points for name, result in tried.across.items()} for tried in moved.tried}
    assert across["the solution"] == {"test_equal": 1, "test_close": 1, "test_later": 1}
    assert across["equals_all"]["test_equal"] == 0
    assert across["patches"]["test_close"] == 0
    said = "\n".join(telling.in_short([moved]))
    assert "equal, on equals_all: 1 points in one process, 0 across it" in said
    assert "it changes `math.isclose`, which in one process is the tests' own" in said


def test_what_students_run_imports_only_what_is_there(engine: Engine, tmp_path: Path) -> None:
    answer = made.solution("one", "### BEGIN SOLUTION\none = 1\n### END SOLUTION")
    books = {
        "in-a-test": [answer, made.test("is-one", 1, "import pytest\nassert one == pytest.approx(1)")],
        "in-a-cell": [made.code("import pytest"), answer, made.test("is-one", 1, "assert one == pytest.approx(1)")],
        "used-below": [answer, made.test("is-one", 1, "import pytest\nassert one"), made.code("pytest.approx(one)")],
        "elsewhere": [made.code("import tensorflow"), answer, made.test("is-one", 1, "assert one")],
    }
    folder = tmp_path / "old" / "source" / "week"
    folder.mkdir(parents=True)
    for name, cells in books.items():
        (folder / f"{name}.ipynb").write_text(made.notebook(cells))
    moving = Moving(folder=read_folder(tmp_path / "old"), into=tmp_path / "new", engine=engine, say=lambda _text: None)
    refused = {each.notebook: each.refused for each in moving.move()}
    assert refused["in-a-test"] == refused["in-a-cell"] == refused["used-below"] == ""
    assert "cell 1: `tensorflow` is imported, which the runtime torch does not have" in refused["elsewhere"]
    exercises = [
        each.graded for chapter in read_course(tmp_path / "new", Urls()).chapters for each in chapter.exercises
    ]
    assert {each.slug for each in exercises} == {"week-in-a-test", "week-in-a-cell", "week-used-below"}


def test_what_is_no_course_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no folder “source”"):
        call_command("import_nbgrader", str(tmp_path), into=tmp_path / "new")
    (tmp_path / "source" / "ps1").mkdir(parents=True)
    with pytest.raises(CommandError, match="has no assignments"):
        call_command("import_nbgrader", str(tmp_path), into=tmp_path / "new")
    with pytest.raises(CommandError, match="holds files already"):
        call_command("import_nbgrader", str(tmp_path), into=tmp_path)
    for name, target in (("own", tmp_path / "nowhere"), ("theirs", "/etc/hostname")):
        (tmp_path / "source" / "ps1" / f"{name}.ipynb").symlink_to(target)
    (tmp_path / "source" / "ps1" / "ps1.ipynb").write_text(made.notebook(made.TRIANGLES))
    assert read_folder(tmp_path).notes == (
        "source/ps1/own.ipynb: is a link to another place, and was left out",
        "source/ps1/theirs.ipynb: is a link to another place, and was left out",
    )
