"""Every bundled exercise is proved: its solution gets full marks, its starter and its mutants do not."""

from __future__ import annotations

from pathlib import Path

import check_content
import pytest

EXERCISES = sorted(path.parent for path in check_content.ROOT.glob("content/*/*/exercises/*/exercise.yaml"))


@pytest.mark.long
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_an_exercise_is_proved(exercise: Path) -> None:
    assert len(check_content.answers_of(exercise)) >= 4
    assert list(check_content.complaints(exercise)) == []
