"""Predictions are scored by plain pytest in the examiner, and no process of a student's runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.__main__ import BadUse, read_submission
from graders.engine import Engine
from graders.exercise import Exercise, ExerciseInvalid
from graders.report import Outcome, Report, TestOutcome

FOLDER = Path(__file__).parent / "exercises" / "digits"
RIGHT = (FOLDER / "solution.csv").read_text()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(rung="namespaces")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "digits"))


def grade(engine: Engine, text: str) -> Report:
    return engine.grade(Exercise.load(FOLDER), {"predictions.csv": text})


def test_the_rows_are_scored_whatever_their_order(engine: Engine) -> None:
    report = grade(engine, RIGHT)
    assert report.outcome is Outcome.GRADED, report
    assert report.score == report.max_score == 10
    assert report.tests[1].measures == {"accuracy": 1.0}
    assert report.provenance.cpu_seconds == 0  # nobody was seated
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_a_fraction_of_the_points_and_the_authors_sentence(engine: Engine) -> None:
    report = grade(engine, (FOLDER / "starter.csv").read_text())
    assert [test.outcome for test in report.tests] == [TestOutcome.FAILED, TestOutcome.FAILED]
    assert report.tests[1].points == 0.8
    assert report.tests[1].measures == {"accuracy": 0.1}
    assert "You always predict 0." in report.tests[1].message


def test_a_table_that_cannot_be_read_is_told_by_row_and_costs_no_attempt(engine: Engine) -> None:
    report = grade(engine, RIGHT.replace("i7,7,", "i7,seven,"))
    assert report.outcome is Outcome.STUDENT_ERROR
    assert "“seven” is not a whole number" in report.message
    assert not report.costs_an_attempt
    assert all(test.outcome is TestOutcome.NOT_RUN for test in report.tests)
    assert grade(engine, RIGHT.replace("i7,7,", "i7,1,")).costs_an_attempt


def test_labels_stay_hidden(engine: Engine) -> None:
    for text in (RIGHT.replace("i7,7,", "i7,seven,"), RIGHT.replace("i7,7,", "i7,3,"), RIGHT.replace("i7,7,0.5\n", "")):
        report = grade(engine, text)
        shown = json.dumps([report.message, report.output, [test.message for test in report.tests]])
        assert "i7,7" not in shown
        assert "labels" not in shown


def test_a_file_in_a_wrong_encoding_is_told_on_the_command_line(engine: Engine, tmp_path: Path) -> None:
    path, exercise = tmp_path / "predictions.csv", Exercise.load(FOLDER)
    path.write_bytes(RIGHT.encode() + b"\xff\n")
    report = engine.grade(exercise, read_submission(path, exercise))
    assert report.outcome is Outcome.STUDENT_ERROR
    assert "Row 22 has a byte that is not UTF-8" in report.message


def test_a_file_that_is_too_large_is_bad_use(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(b"x" * (10 * 2**20 + 1))
    with pytest.raises(BadUse, match="a submission may have 10240 KB"):
        read_submission(path, Exercise.load(FOLDER))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("mode: predictions\n", ""), "`predictions` is given, but the mode is module"),
        (("digit: {kind: integer", "image: {kind: integer"), "`id` names image"),
        (("kind: integer", "kind: choice"), "`of` lists the values"),
        (("columns:\n", "labels: {file: other.csv}\n  columns:\n"), "hidden/other.csv is missing"),
        (("max: 9", "max: 8"), "hidden/labels.csv:11: Row 11, column “digit”: 9 does not lie between 0 and 8."),
        (("    points: 2\n", "    points: 2\n    after: end\n"), "`after` is given, but the mode is predictions"),
    ],
)
def test_what_an_author_gets_wrong_has_a_line(folder: Path, change: tuple[str, str], expected: str) -> None:
    spec = folder / "exercise.yaml"
    spec.write_text(spec.read_text().replace(*change))
    with pytest.raises(ExerciseInvalid) as caught:
        Exercise.load(folder)
    assert expected in str(caught.value)
