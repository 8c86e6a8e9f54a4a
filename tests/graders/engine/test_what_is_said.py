"""What a student hears of a failed test: as much as its author allows, and the author's own words."""

from __future__ import annotations

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Finding, Outcome, TestResult
from tests.graders.engine.conftest import EXERCISES

WORDS = EXERCISES / "words"


def grade(engine: Engine, name: str) -> dict[str, TestResult]:
    report = engine.grade(Exercise.load(WORDS), {"submission.py": (WORDS / f"{name}.py").read_text()})
    assert report.outcome is Outcome.GRADED, report
    return {test.name: test for test in report.tests}


def test_the_solution_gets_full_marks_and_no_words(engine: Engine) -> None:
    tests = grade(engine, "solution")
    assert all(test.points == test.max_points and not test.findings for test in tests.values()), tests


def test_the_author_says_what_is_told(engine: Engine) -> None:
    tests = grade(engine, "starter")
    assert Finding(key="called-with", values={"arguments": "41, scale=[2]"}) in tests["test_input"].findings
    assert "It was called with 41, scale=[2]." in tests["test_input"].message  # as it was before the call
    assert "It was called with 43." in tests["test_probe"].message
    for name in ("test_message", "test_title"):
        assert not [finding for finding in tests[name].findings if finding.key == "called-with"]
    assert "47" not in tests["test_message"].message
    part = tests["test_part"]
    assert (part.outcome, part.points) == ("failed", 1.5)
    assert "You stop at 3." in part.message
    assert tests["test_forbidden"].message == "This exercise asks you to write it without torch.softmax."
