"""``pytest --submission``: the same border on an author's machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.graders.border.harness import ROOT

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
