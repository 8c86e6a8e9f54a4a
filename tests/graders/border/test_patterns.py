"""The patterns in which tests are ordinarily written: each works, or refuses with a sentence that says what to do."""

from __future__ import annotations

from tests.graders.border.conftest import Grade
from tests.graders.border.patterns import REFUSED, SUBMISSION, WORKING


def test_ordinary_patterns_work(grade: Grade) -> None:
    graded = grade(WORKING, SUBMISSION)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)
    assert len(graded.outcomes) >= 50


def test_what_does_not_cross_says_what_to_do(grade: Grade) -> None:
    tests = "".join(f"def test_{name}(student):\n    {body}\n\n" for name, body, _ in REFUSED)
    graded = grade(tests, SUBMISSION)
    assert not graded.broken, graded.broken
    silent = []
    for name, _, words in REFUSED:
        end = graded.test(f"test_{name}")
        if end["outcome"] == "passed" or words not in end["detail"]:
            silent.append(f"{name} ({end['outcome']}), wanted {words!r}:\n{end['detail']}")
    assert not silent, "\n\n".join(silent)
