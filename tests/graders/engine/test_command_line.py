"""``python -m graders``: reports in order, an exit status that a script can use, sentences for bad use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.__main__ import read_submission
from graders.exercise import Exercise
from graders.report import Outcome, Report
from tests.graders.engine.conftest import EXERCISES, SOLUTION
from tests.graders.ordinary_user import ROOT

DOUBLE = str(EXERCISES / "double")


def graders(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "graders", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_reports_come_one_per_line_in_order(tmp_path: Path) -> None:
    sources = {"right": SOLUTION, "broken": "def (", "other": SOLUTION + "\ndef numbers(): return []\n"}
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source)
    result = graders("grade", DOUBLE, *(str(tmp_path / f"{name}.py") for name in sources), "--json", "--jobs", "2")
    reports = [Report.from_dict(json.loads(line)) for line in result.stdout.splitlines()]
    assert [report.outcome for report in reports] == [Outcome.GRADED, Outcome.STUDENT_ERROR, Outcome.GRADED]
    assert [report.score for report in reports] == [4, 0, 3]
    assert result.returncode == 1


def test_full_marks_are_status_zero() -> None:
    result = graders("grade", DOUBLE, f"{DOUBLE}/solution.py")
    assert result.returncode == 0, result.stderr
    assert "graded, 4 of 4 points" in result.stdout


def test_a_missing_file_and_a_broken_exercise_are_status_two(tmp_path: Path) -> None:
    missing = graders("grade", DOUBLE, str(tmp_path / "nothing.py"))
    assert missing.returncode == 2
    assert "nothing.py" in missing.stderr
    (tmp_path / "exercise.yaml").write_text("title: {en: x}\npoints: many\ncolour: red\n")
    broken = graders("grade", str(tmp_path), f"{DOUBLE}/solution.py")
    assert broken.returncode == 2
    assert "exercise.yaml:2" in broken.stderr
    assert "colour" in broken.stderr


def test_doctor_names_the_rung() -> None:
    result = graders("doctor")
    assert result.returncode == 0
    assert "isolation     namespaces" in result.stdout


def test_where_nothing_isolates_it_refuses_and_says_why() -> None:
    result = graders("doctor", GRADUS_EXPECT="landlock")
    assert result.returncode == 2
    assert "GRADUS_EXPECT=landlock, but this machine has namespaces" in result.stderr


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_a_file_is_read_as_python_would_read_it(encoding: str, tmp_path: Path) -> None:
    cookie = "# -*- coding: gbk -*-\n" if encoding == "gbk" else ""
    path = tmp_path / "submission.py"
    path.write_bytes(f"{cookie}名字 = '答案'\n".encode(encoding))
    assert "名字 = '答案'" in read_submission(path, Exercise.load(EXERCISES / "double"))["submission.py"]
