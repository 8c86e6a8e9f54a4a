"""Cells run in the sandbox, tests in the examiner at their place; what a cell does wrong costs that cell."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.bundle import HIDDEN_CELLS, MASTER
from graders.engine import Engine
from graders.exercise import Exercise, ExerciseInvalid
from graders.report import Outcome, Report
from tests.graders.notebook.books import FOLDER, book, code

NAMES = ("test_squares", "test_sum", "test_uses_squares", "test_own_names")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(rung="namespaces")
    yield opened
    opened.close()


def grade(engine: Engine, text: str, **options: object) -> Report:
    return engine.grade(Exercise.load(FOLDER), {"submission.ipynb": text}, **options)  # type: ignore[arg-type]


def passed(report: Report) -> set[str]:
    return {test.name for test in report.tests if test.outcome == "passed"}


def test_the_solution_passes_and_its_output_is_shown_while_nothing_hidden_has_run(engine: Engine) -> None:
    report = grade(engine, book())
    assert report.outcome is Outcome.GRADED, report
    assert passed(report) == set(NAMES), report
    assert report.output == "[1, 4, 9]\n"
    assert report.output_withheld.startswith("sum 14\n")


def test_a_cell_that_raises_is_told_of_and_the_next_one_runs(engine: Engine) -> None:
    report = grade(engine, book(changed={"squares": "a = 1\n\nb = a / 0\ndef squares(n): ..."}))
    assert report.outcome is Outcome.GRADED
    assert "Code cell 2 raised an exception (ZeroDivisionError) in cell 2, line 3: b = a / 0" in report.message
    assert "division by zero" in report.message
    assert passed(report) == {"test_own_names"}
    assert "does not define squares" in report.tests[0].message
    report = grade(engine, book(changed={"total": "def sum_of_squares(n)\n    return 1"}))
    assert "raised an exception (SyntaxError) in cell 3, line 1: def sum_of_squares(n)" in report.message
    assert "expected ':'" not in report.message  # a hidden test has run: only type and line


def test_locked_cells_are_restored_and_told(engine: Engine) -> None:
    report = grade(engine, book(changed={"imports": "import os\nlimit = 'no number'"}))
    assert passed(report) == set(NAMES)
    assert "Code cell 1 belongs to the exercise" in report.message


def test_magics_and_shell_lines_are_left_out_and_those_with_a_result_refused(engine: Engine) -> None:
    report = grade(
        engine,
        book(
            changed={
                "squares": "%matplotlib inline\nx = 7 \\\n  % 4\ntext = '''\n%not magic\n'''\n"
                "def squares(n):\n    return [i**2 for i in range(1, n + 1)]\nsquares?\n%time numbers = squares(3)",
                "total": "%%time\n!pip install nbgrader\ndef sum_of_squares(n): return sum(squares(n))",
            },
            last="files = !ls\nraise SystemExit",
        ),
    )
    assert passed(report) == set(NAMES), report
    assert "Code cell 2, line 1: %matplotlib is for Jupyter alone" in report.message
    assert "Code cell 3, line 2: !pip is for Jupyter alone, and was left out" in report.message
    assert "Code cell 4 did not run: line 1 (files) is a command" in report.message
    assert "line 5" not in report.message


def test_locked_cells_at_the_top_run_first_although_the_notebook_has_lost_them(engine: Engine) -> None:
    """What was handed in elsewhere has none of them, and cells without a name before the first that has one."""
    changed = json.loads(book(without=("intro", "imports")))
    changed["cells"].insert(0, code("early = limit + 0"))
    changed["cells"].append(code("print('early', early)"))
    report = grade(engine, json.dumps(changed))
    assert "early 10" in report.output + report.output_withheld
    assert passed(report) == set(NAMES), report


def test_a_cell_has_its_own_limit_and_the_others_go_on(engine: Engine) -> None:
    report = grade(engine, book(changed={"total": "while True:\n    try:\n        pass\n    except Exception: pass"}))
    assert report.outcome is Outcome.GRADED
    assert "Code cell 3 took longer than 2 s and was stopped" in report.message
    assert passed(report) == {"test_squares", "test_own_names"}


def test_a_cell_that_cannot_be_stopped_costs_the_process_and_no_more(engine: Engine) -> None:
    stubborn = "def sum_of_squares(n): return sum(squares(n))\nimport signal\nsignal.alarm(0)\nsignal.setitimer(0, 0)\n"
    report = grade(engine, book(last=stubborn + "while True: pass"))
    assert report.outcome is Outcome.TIMED_OUT
    assert "Code cell 4 took longer than 4 s" in report.message
    assert passed(report) == set(NAMES), report
    report = grade(engine, book(last="import os\nos._exit(3)"))
    assert report.outcome is Outcome.CRASHED
    assert passed(report) == set(NAMES), report


def test_no_name_of_the_tests_goes_across(engine: Engine) -> None:
    """A student who binds the tests' names learns nothing of them and cannot change them."""
    spy = "expected = check = math = None\nnumbers = 0\nlen = lambda x: 0\nimport sys, types\n"
    loud = "class Loud(types.ModuleType):\n    def __setattr__(self, name, value):\n        print('bound', name)\n"
    loud += "        super().__setattr__(name, value)\nsys.modules['__main__'].__class__ = Loud"
    report = grade(engine, book(last=spy + loud))
    assert passed(report) == set(NAMES), report
    said = report.output + report.output_withheld
    assert "bound squares" in said  # the name that the tests share with the student's on purpose
    assert "bound expected" not in said
    assert "bound numbers" not in said


def test_a_run_shows_the_output_of_all_cells(engine: Engine) -> None:
    report = grade(engine, book(), tests="visible")
    assert [test.outcome for test in report.tests] == ["passed"]
    assert report.output == "[1, 4, 9]\nsum 14\n"


def test_what_cannot_be_run_costs_no_attempt(engine: Engine) -> None:
    report = grade(engine, book()[:-3])
    assert report.outcome is Outcome.STUDENT_ERROR
    assert "is not JSON" in report.message
    assert not report.costs_an_attempt


def test_functions_are_tested_at_their_place_too(engine: Engine, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "squares"))
    (folder / HIDDEN_CELLS).unlink()
    tests = "def test_squares(student):\n    assert student.squares(2) == [1, 4]\n    assert student.late is None\n"
    tests += "".join(f"def {name}(student):\n    assert student.late\n" for name in NAMES[1:2])
    tests += f"def {NAMES[2]}(fresh_student):\n    assert fresh_student.sum_of_squares(2) == 5\n"
    tests += f"def {NAMES[3]}(student):\n    assert student.limit == 10\n"
    (folder / "test_hidden.py").write_text(tests)
    text = book(
        changed={"squares": "late = None\ndef squares(n): return [i**2 for i in range(1, n + 1)]"}, last="late = 1"
    )
    report = engine.grade(Exercise.load(folder), {"submission.ipynb": text})
    assert passed(report) == set(NAMES), report


def test_a_cell_may_say_that_arguments_are_changed(engine: Engine, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "squares"))
    data = json.loads((folder / HIDDEN_CELLS).read_text())
    asked = "xs = [3]\nassert doubled(xs) == 1 and xs == [6]"
    sources = {
        "test_squares": "xs = [3]\nassert doubled(xs) == 1",
        "test_sum": asked,
        "test_uses_squares": f"# gradus: changes inputs\n{asked}",
    }
    for cell in data["cells"]:
        name = next((name for name in sources if name in json.dumps(cell["metadata"])), None)
        cell["source"] = sources.get(str(name), cell["source"])
    (folder / HIDDEN_CELLS).write_text(json.dumps(data))
    doubling = "def squares(n): return [1]\ndef doubled(xs):\n    xs[0] *= 2\n    return 1"
    report = engine.grade(Exercise.load(folder), {"submission.ipynb": book(changed={"squares": doubling})})
    assert {"test_squares", "test_uses_squares"} <= passed(report), report
    assert "test_sum" not in passed(report), report
    assert "# gradus: changes inputs" in report.tests[1].detail


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("after: squares", "after: sqares"), "starter.ipynb has no cell sqares, expected `squares` (did you mean"),
        (("test_own_names:", "test_other:"), "test_hidden.ipynb has no function test_other"),
    ],
)
def test_what_an_author_gets_wrong_has_a_line(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "squares"))
    (folder / "exercise.yaml").write_text((folder / "exercise.yaml").read_text().replace(*change))
    with pytest.raises(ExerciseInvalid) as caught:
        Exercise.load(folder)
    assert expected in str(caught.value)


def test_a_test_that_students_may_read_runs_in_the_examiner_alone(engine: Engine, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "squares"))
    data = json.loads((folder / MASTER).read_text())
    shown = {"gradus": {"cell": "shown", "locked": True, "run": False}}
    cell = {**data["cells"][1], "id": "shown", "source": "print('shown')", "metadata": shown}
    data["cells"][3:3] = [cell]
    (folder / MASTER).write_text(json.dumps(data))
    answer = json.loads(book(changed={"total": "1 / 0"}))
    answer["cells"][3:3] = [{**cell, "source": "print('of mine')"}]
    report = engine.grade(Exercise.load(folder), {"submission.ipynb": json.dumps(answer)})
    assert "shown" not in report.output + report.output_withheld
    assert "of mine" not in report.output + report.output_withheld
    assert "Code cell 4 raised" in report.message  # as the student counts


def test_a_hidden_test_in_the_starter_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "squares"))
    data = json.loads((folder / MASTER).read_text())
    data["cells"] += json.loads((folder / HIDDEN_CELLS).read_text())["cells"]
    (folder / MASTER).write_text(json.dumps(data))
    with pytest.raises(ExerciseInvalid, match="test_squares is a hidden test, and students would read it"):
        Exercise.load(folder)


def test_the_archive_carries_places_and_tests_and_no_solution(tmp_path: Path) -> None:
    Exercise.unpack(Exercise.load(FOLDER).pack(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"exercise.yaml", MASTER, HIDDEN_CELLS, "test_visible.py"}
    assert Exercise.load(tmp_path).digest == Exercise.load(FOLDER).digest


def _with_tests(path: Path, *sources: str) -> Exercise:
    """The exercise with other test cells, one point each, all at the end."""
    shutil.copytree(FOLDER, path)
    (path / "test_visible.py").unlink()
    cells = [code(source, metadata={"gradus": {"test": f"test_{n}"}}) for n, source in enumerate(sources)]
    (path / HIDDEN_CELLS).write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    spec = "".join(f"  test_{n}: {{points: 1, title: {{en: T}}}}\n" for n in range(len(sources)))
    title = f"title: {{en: A}}\npoints: {len(sources)}\nmode: notebook\ntests:\n{spec}"
    (path / "exercise.yaml").write_text(title)
    return Exercise.load(path)


def test_a_cell_asks_the_submission_as_a_test_file_does_unless_the_name_is_a_student(
    engine: Engine, tmp_path: Path
) -> None:
    asks = "def first(submission, n):\n    return submission.squares(n)[0]\nassert student.run(first, 3) == 1"
    exercise = _with_tests(tmp_path / "asks", asks, "student.seed(3)\nassert __builtins__ is not None")
    assert len(passed(engine.grade(exercise, {"submission.ipynb": book()}))) == 2
    exercise = _with_tests(tmp_path / "named", "assert student.name == 'Ann'")
    ann = "from types import SimpleNamespace\nstudent = SimpleNamespace(name='Ann')"
    assert passed(engine.grade(exercise, {"submission.ipynb": book(last=ann)})) == {"test_0"}


def test_is_asks_whether_two_answers_are_one_object_and_nothing_more(engine: Engine, tmp_path: Path) -> None:
    exercise = _with_tests(
        tmp_path / "same",
        "m = Model()\nassert m.fit(3) is m, 'fit must return self'\nassert copied(m) is not m",
        "assert head.next is tail and tail.next is None and not (head is tail)\nassert (lambda a: a is head)(head)",
        "m, three = Model(), 3\nassert m.fit(3) is three",
        "assert answer(Model()) == 9",
    )
    last = """
import copy
class Model:
    next = None
    def fit(self, x): return self
    def __eq__(self, other): return True
    __hash__ = object.__hash__
head, tail = Model(), Model()
head.next = tail
copied = copy.copy
def answer(model): return model
"""
    report = engine.grade(exercise, {"submission.ipynb": book(last=last)})
    assert passed(report) == {"test_0", "test_1"}, report


def test_a_function_of_a_cell_reaches_the_names_of_the_student_and_classes_of_libraries(
    engine: Engine, tmp_path: Path
) -> None:
    exercise = _with_tests(
        tmp_path / "reach",
        "assert made(lambda: Model(5)) == 5\ndef smaller(): return Model(4)\nassert made(smaller) == 4",
        "from sklearn.tree import DecisionTreeClassifier\nassert fitted(DecisionTreeClassifier) == [0, 1]",
    )
    last = """
class Model:
    def __init__(self, k): self.k = k
def made(make): return make().k
def fitted(make): return make().fit([[0], [1]], [0, 1]).predict([[0], [1]]).tolist()
"""
    report = engine.grade(exercise, {"submission.ipynb": book(last=last)})
    assert passed(report) == {"test_0", "test_1"}, report


def test_each_cell_begins_with_no_figure(engine: Engine, tmp_path: Path) -> None:
    exercise = _with_tests(tmp_path / "draws", "assert drawn == [1, 1]")
    last = code("plt.plot([1, 2], [2, 1])\ndrawn.append(len(plt.gca().lines))")
    cells = json.loads(book(last="import matplotlib.pyplot as plt\nplt.plot([1])\ndrawn = [len(plt.gca().lines)]"))
    text = json.dumps({**cells, "cells": [*cells["cells"], last]})
    report = engine.grade(exercise, {"submission.ipynb": text})
    assert passed(report) == {"test_0"}, report
    lines = "    import matplotlib.pyplot as plt\n    plt.plot([1])\n    return len(plt.gca().lines)\n"
    draws = f"def draws(submission):\n{lines}assert student.run(draws) == 1"
    exercise = _with_tests(
        tmp_path / "tests", draws, draws, "import matplotlib.pyplot as plt\nassert not plt.get_fignums()"
    )
    report = engine.grade(exercise, {"submission.ipynb": book()})
    assert passed(report) == {"test_0", "test_1", "test_2"}, report
