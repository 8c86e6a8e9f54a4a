"""``pytest --submission``: the same border on an author's machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.graders.border.harness import ROOT

GRADERS = Path(__file__).parents[1]
TESTS = """
import torch

def test_right(student):
    torch.testing.assert_close(student.double(torch.ones(2)), torch.full((2,), 2.0))

def test_truth(student):
    try:
        assert student.valid()
    except TypeError:
        pass

def test_dead(student):
    try:
        student.leave()
    except BaseException:
        pass

def test_after(student, fresh_student):
    assert fresh_student.TWO == 2
"""
SUBMISSION = """
import os
TWO = 2
class Valid: pass
def valid(): return Valid()
def double(x): return x * 2
def leave(): os._exit(0)
"""


def run(folder: Path, submission: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_hidden.py").write_text(TESTS)
    (folder / "mine.py").write_text(submission)
    command = [sys.executable, "-m", "pytest", "-p", "graders.examiner.laptop", "-p", "no:django", "-c", "/dev/null"]
    command += ["-q", "--submission", str(folder / "mine.py"), str(folder / "test_hidden.py")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_an_author_sees_what_the_platform_would_say(tmp_path: Path) -> None:
    done = run(tmp_path, SUBMISSION)
    assert "2 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "valid() gave an object of type Valid" in done.stdout
    assert "Your program ended while it was being tested." in done.stdout


def test_a_submission_that_does_not_load_is_told_as_such(tmp_path: Path) -> None:
    done = run(tmp_path, "def f(:\n")
    assert "Python cannot read submission.py, line 1" in done.stdout
    assert done.returncode == 1


def copied(exercise: Path, into: Path) -> Path:
    """Away from the conftest files of these tests, which are no author's."""
    return Path(shutil.copytree(exercise, into / exercise.name))


def rehearse(exercise: Path, submission: Path, test_file: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "graders.examiner.laptop", "-p", "no:django", "-c", "/dev/null"]
    command += ["-q", "--submission", str(submission), str(exercise / test_file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr


def test_a_notebook_is_gone_through_by_the_examiner_that_the_platform_has(tmp_path: Path) -> None:
    squares = copied(GRADERS / "notebook" / "exercises" / "squares", tmp_path)
    assert "failed" not in (said := rehearse(squares, squares / "solution.ipynb", "test_hidden.ipynb"))
    assert "passed" in said, said
    broken = tmp_path / "broken.ipynb"
    broken.write_text((squares / "starter.ipynb").read_text())
    said = rehearse(squares, broken, "test_hidden.ipynb")
    assert "failed" in said, said


def test_a_table_is_judged_by_the_examiner_that_the_platform_has(tmp_path: Path) -> None:
    digits = copied(GRADERS / "predictions" / "exercises" / "digits", tmp_path)
    said = rehearse(digits, digits / "solution.csv", "test_hidden.py")
    assert "passed" in said, said
    assert "failed" not in said, said
    torn = tmp_path / "torn.csv"
    head, first, rest = (digits / "solution.csv").read_text().split("\n", 2)
    torn.write_text(f"{head}\n{first},1\n{rest}")
    said = rehearse(digits, torn, "test_hidden.py")
    assert "failed" in said, said
    assert "Row 2 does not have one value for each column: 4 instead of 3." in said, said
