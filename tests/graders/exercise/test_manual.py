"""Parts of an exercise that a person grades: read beside the tests, and never met by the engine."""

from __future__ import annotations

from pathlib import Path

from graders.exercise import Exercise
from tests.graders.exercise.test_load import edit, problems_of

PART = """\
  explanation:
    manual: true
    points: 2
    title: {en: Your explanation}
    guide: {en: "One point for the axis, one for why."}
"""


def test_a_manual_part_stands_beside_the_tests(folder: Path) -> None:
    edit(folder, "points: 3", "points: 5")
    edit(folder, "tests:\n", "tests:\n" + PART)
    exercise = Exercise.load(folder)
    assert list(exercise.tests) == ["test_adds", "test_adds_tensors"]
    part = exercise.manual["explanation"]
    assert (part.points, part.title, part.cell) == (2, {"en": "Your explanation"}, None)
    assert part.guide == {"en": "One point for the axis, one for why."}


def test_an_exercise_that_a_person_grades_altogether_needs_no_tests(folder: Path) -> None:
    (folder / "exercise.yaml").write_text("title: {en: Essay}\npoints: 2\ntests:\n" + PART)
    (folder / "test_hidden.py").unlink()
    exercise = Exercise.load(folder)
    assert (dict(exercise.tests), list(exercise.manual)) == ({}, ["explanation"])


def test_what_a_manual_part_cannot_have_is_refused_at_its_line(folder: Path) -> None:
    edit(folder, "points: 3", "points: 5")
    edit(folder, "tests:\n", "tests:\n" + PART + "    seconds: 1\n")
    assert problems_of(folder)[0].startswith("exercise.yaml:5: ")
    assert "`seconds` is a key of a test; this part has `manual: true`" in problems_of(folder)[0]


def test_a_test_cannot_have_what_is_for_those_who_grade(folder: Path) -> None:
    edit(folder, "    hint: {en: Use the plus sign.}\n", "    guide: {en: Look at the sign.}\n")
    assert "`guide` is a key of a part with `manual: true`" in problems_of(folder)[0]


def test_a_test_function_is_not_graded_by_a_person_too(folder: Path) -> None:
    edit(folder, "    hint: {en: Use the plus sign.}\n", "    manual: true\n")
    assert "test_adds has `manual: true`, and is a test in test_hidden.py" in problems_of(folder)[0]


def test_the_cell_of_an_answer_belongs_to_a_notebook(folder: Path) -> None:
    edit(folder, "points: 3", "points: 5")
    edit(folder, "tests:\n", "tests:\n" + PART + "    cell: answer\n")
    assert "`cell` is given, but the mode is module, expected `cell` in mode notebook" in problems_of(folder)[0]
