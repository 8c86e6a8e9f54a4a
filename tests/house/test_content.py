"""Every bundled exercise is proved: known answers, degenerate ones, cheats, and a test strength of 95 %."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import check_content
import pytest


@pytest.mark.long
@pytest.mark.parametrize("exercise", check_content.exercises(), ids=lambda exercise: exercise.name)
def test_an_exercise_is_proved(exercise: Path) -> None:
    command = [sys.executable, "-m", "graders", "check", "--json", str(exercise)]
    told = subprocess.run(command, cwd=check_content.ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert told.stdout, told.stderr
    proof = json.loads(told.stdout)
    assert proof["complaints"] == []
    assert proof["strength"] >= 0.95, [survivor["diff"] for survivor in proof["survivors"]]
    assert proof["counted"] >= 18
    assert len(proof["operators"]) >= 6
