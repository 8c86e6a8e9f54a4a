"""Bad use of the command line ends with status 2 and a sentence, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.__main__ import main
from tests.graders.engine.conftest import EXERCISES

DOUBLE = EXERCISES / "double"
SOLUTION = str(DOUBLE / "solution.py")


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", ""])
def test_jobs_are_a_number_from_one_up(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["grade", str(DOUBLE), SOLUTION, f"--jobs={jobs}"])
    assert ended.value.code == 2
    assert f"{jobs!r} is not a number from 1 up" in capsys.readouterr().err


def test_what_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", str(DOUBLE), str(tmp_path / "nothing.py")]) == 2
    assert "nothing.py: No such file or directory; give a .py file" in capsys.readouterr().err
    assert main(["grade", str(DOUBLE), str(tmp_path)]) == 2
    assert "submission.py: No such file or directory" in capsys.readouterr().err
    assert main(["grade", str(tmp_path / "exercise"), SOLUTION]) == 2
    assert "exercise.yaml:0: the file is missing" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["grade"], ["grade", "x", "y", "--rung", "docker"], ["polish"]])
def test_other_bad_use_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m graders" in capsys.readouterr().err
