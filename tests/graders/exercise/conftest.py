"""A small exercise that is right, for tests to break in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

SPEC = """\
title: {en: Addition, zh-hans: 加法}
points: 3
limits: {seconds: 4}
tests:
  test_adds:
    points: 1
    title: {en: It adds, zh-hans: 会加}
    hint: {en: Use the plus sign.}
  test_adds_tensors:
    points: 2
    title: {en: It adds tensors, zh-hans: 张量也会加}
    seconds: 1
    output: shown
"""
HIDDEN = """\
def test_adds(student):
    assert student.add(1, 2) == 3


def test_adds_tensors(student):
    assert student.add(1, 2) == 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "addition"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(SPEC)
    (folder / "test_hidden.py").write_text(HIDDEN)
    (folder / "starter.py").write_text("def add(a, b): ...\n")
    (folder / "solution.py").write_text("def add(a, b):\n    return a + b\n")
    (folder / "data").mkdir()
    (folder / "data" / "numbers.txt").write_text("1 2 3\n")
    (folder / "hidden").mkdir()
    (folder / "hidden" / "answers.txt").write_text("6\n")
    (folder / "mutants").mkdir()
    (folder / "mutants" / "minus.py").write_text('"""test_adds"""\n')
    return folder
