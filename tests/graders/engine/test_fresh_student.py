"""``fresh_student`` is another process, and asking for it costs none of the replacements of a student that has gone."""

from __future__ import annotations

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome
from tests.graders.engine.conftest import EXERCISES

COUNTER = "calls = 0\ndef count():\n    global calls\n    calls += 1\n    return calls\n"


def test_what_a_fresh_student_prints_in_a_hidden_test_is_withheld(engine: Engine) -> None:
    noisy = COUNTER.replace("global calls", "global calls; print('hidden call')") + "print('loading')\n"
    report = engine.grade(Exercise.load(EXERCISES / "fresh"), {"submission.py": noisy})
    assert report.score == report.max_score, report
    assert "hidden call" in report.output_withheld
    assert set(report.output.split()) == {"loading"}


def test_each_fresh_student_starts_anew(engine: Engine) -> None:
    report = engine.grade(Exercise.load(EXERCISES / "fresh"), {"submission.py": COUNTER})
    assert report.outcome is Outcome.GRADED, report
    assert [test.outcome for test in report.tests] == ["passed", "passed"], report
