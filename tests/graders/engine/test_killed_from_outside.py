"""Somebody kills a process of the engine's in the midst: it is graded all the same."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome, Report
from tests.graders.engine.conftest import SOLUTION
from tests.graders.engine.leavings import children, zygotes

SLOW = SOLUTION + "\nimport time\ntime.sleep(1.5)\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=1, rung="namespaces")
    yield opened
    opened.close()


def mains() -> list[int]:
    """What runs in sandboxes: students and templates. Between them and the zygotes are the jails and the inits."""
    jailed = children(zygotes())
    return children(children(jailed))


def standing_by() -> int:
    """The examiner that waits for the next submission: forked once the one before has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if examiners := children(mains()):
            assert len(examiners) == 1, "no more than one"
            return examiners[0]
        time.sleep(0.02)
    raise AssertionError("no examiner stands by")


def grade_and_kill(engine: Engine, exercise: Exercise, code: str, victims: list[int] | None = None) -> Report:
    """Grade; half a second later kill ``victims``, or whatever main process has come since."""
    before = set(mains())
    with ThreadPoolExecutor(1) as threads:
        future: Future[Report] = threads.submit(engine.grade, exercise, {"submission.py": code})
        time.sleep(0.7)
        killed = victims if victims is not None else sorted(set(mains()) - before)
        assert killed, "there is somebody to kill"
        assert not future.done()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        return future.result(60)


def test_an_examiner_that_is_killed_has_a_successor(engine: Engine, double: Exercise) -> None:
    assert engine.grade(double, double.solution_files()).score == 4  # the template has collected
    report = grade_and_kill(engine, double, SLOW, [standing_by()])
    assert (report.outcome, report.score) == (Outcome.GRADED, 4)


def test_tests_that_end_the_examiner_are_the_authors_fault(engine: Engine, double: Exercise, tmp_path: Path) -> None:
    folder = shutil.copytree(double.folder, tmp_path / "double")
    tests = folder / "test_hidden.py"
    tests.write_text(
        tests.read_text().replace("def test_first(student):", "def test_first(student):\n    import os; os._exit(3)")
    )
    assert engine.grade(Exercise.load(folder), double.solution_files()).outcome is Outcome.EXERCISE_ERROR


def test_a_template_that_is_killed_while_it_collects_collects_again(
    engine: Engine, double: Exercise, tmp_path: Path
) -> None:
    folder = shutil.copytree(double.folder, tmp_path / "double")
    tests = folder / "test_hidden.py"
    tests.write_text("import time\n" + tests.read_text() + "\ntime.sleep(2)\n")
    assert grade_and_kill(engine, Exercise.load(folder), SOLUTION).score == 4


def test_whoever_is_graded_when_a_zygote_is_killed_is_graded_by_its_successor(engine: Engine, double: Exercise) -> None:
    """The zygote itself, and the first process of its jail, without which it forks no more though it lives."""
    for of_its_jail in (False, True):
        for zygote in zygotes():
            victims = children([zygote]) if of_its_jail else [zygote]
            report = grade_and_kill(engine, double, SLOW, victims)
            assert (report.outcome, report.score) == (Outcome.GRADED, 4)


def test_a_student_that_somebody_kills_is_graded_once_more(engine: Engine, double: Exercise) -> None:
    assert engine.grade(double, double.solution_files()).score == 4
    students = [pid for pid in mains() if not children([pid])]  # a template has the next examiner
    report = grade_and_kill(engine, double, SLOW, students)
    assert (report.outcome, report.score) == (Outcome.GRADED, 4)


def test_a_program_that_kills_itself_has_crashed(engine: Engine, double: Exercise) -> None:
    suicide = SOLUTION + "\nimport os\nos.kill(os.getpid(), 9)\n"
    assert engine.grade(double, {"submission.py": suicide}).outcome is Outcome.CRASHED
