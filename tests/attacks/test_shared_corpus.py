"""Every example attack gets what it deserves, touches nothing outside, and leaves the engine as it was."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome, Report
from tests.attacks.canaries import Canaries, planted_files
from tests.attacks.corpus import SHARED, Attack, load
from tests.attacks.verdicts import score_word, verdict

ATTACKS = load(SHARED) if SHARED.is_dir() else []
_SLACK = 2.0


def test_the_shared_corpus_is_there() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared attack corpus does not lie beside this checkout")
    assert len(ATTACKS) > 80


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(
    attack: Attack, engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    limits = softmax_exercise.limits
    before = planted_files()
    begun = time.monotonic()
    report = engine.grade(softmax_exercise, {"submission.py": attack.source})
    took = time.monotonic() - begun

    assert "any" in attack.scores or score_word(report) in attack.scores, _explain(report)
    assert verdict(report) in attack.verdicts, _explain(report)
    assert "BREACH:" not in report.output + report.output_withheld
    assert planted_files() == before
    assert canaries.touched() == []
    assert took < limits.load_seconds + limits.seconds + _SLACK
    assert len(report.output) <= limits.output_kb * 1024 + 100
    if "printed hidden inputs are not shown to the student" in attack.promises:
        assert "HIDDEN INPUT" not in report.output
    if "message names the missing module" in attack.promises:
        assert "tensorflow_not_here" in report.message
    _assert_next_is_graded_normally(engine, softmax_exercise)


def _assert_next_is_graded_normally(engine: Engine, exercise: Exercise) -> None:
    begun = time.monotonic()
    report = engine.grade(exercise, {"submission.py": (Path(exercise.folder) / "solution.py").read_text()})
    assert report.outcome is Outcome.GRADED, _explain(report)
    assert report.score == report.max_score
    assert time.monotonic() - begun < 3


def _explain(report: Report) -> str:
    tests = "\n".join(f"  {test.name}: {test.outcome} {test.message}\n{test.detail}" for test in report.tests)
    head = f"{report.outcome} {report.score}/{report.max_score} {report.message}"
    return f"{head}\n{tests}\n{report.output_withheld[-2000:]}"
