"""What a student hears of a failed hidden test: their own values, never the expected ones."""

from __future__ import annotations

from graders.findings import SENTENCES, fill, sentence
from graders.report import Finding
from tests.graders.border.conftest import Grade

SUBMISSION = """
import torch
class Thing: pass
def none(): return None
def thing(): return Thing()
def ones(*shape): return torch.ones(shape)
def double(): return torch.ones(2, dtype=torch.float64)
def nan(): return torch.tensor([1.0, float("nan")])
def number(): return 3.0
def flag(): return 1
def mapping(): return {"a": torch.ones(2), "b": 1}
def works(): return 7
def raises(): raise IndexError("HIDDEN")
"""


FINDINGS = [
    ("check.close(student.none(), torch.full((2,), 61.0))", "missing-value", "None"),
    ("check.close(student.thing(), torch.full((2,), 61.0))", "wrong-type", "wrong type"),
    ("check.close(student.number(), torch.full((2,), 61.0))", "wrong-type", "float"),
    ("check.close(student.ones(2, 1), torch.full((2,), 61.0))", "wrong-shape", "[2, 1]"),
    ("check.close(student.ones(1), torch.full((2,), 61.0))", "wrong-shape", "[1]"),
    ("check.close(student.double(), torch.full((2,), 61.0))", "wrong-dtype", "float64"),
    ("check.close(student.nan(), torch.full((2,), 61.0))", "not-finite", "1 values"),
    ("check.close(student.ones(2), torch.full((2,), 61.0))", "wrong-values", "2 of 2"),
    ("check.close(student.number(), 61.0)", "wrong-value", "3.0"),
    (
        "check.close(student.mapping(), {'a': torch.full((2,), 61.0), 'b': 1}, name='grads')",
        "wrong-values",
        "grads['a']",
    ),
    ("check.close(student.mapping(), {'a': 1})", "wrong-keys", "keys"),
    ("check.close([student.number()], [61.0, 61.0])", "wrong-length", "length: 1"),
    ("check.equal(student.flag(), True)", "wrong-type", "int"),
    ("check.equal(student.works(), 61)", "wrong-value", "7"),
    ("check.true(student.flag())", "wrong-type", "int"),
    ("check.true(student.thing())", "wrong-type", "wrong type"),
    ("check.shape(student.ones(2, 3), (-1, 61))", "wrong-shape", "[2, 3]"),
    ("check.dtype(student.double(), torch.float32)", "wrong-dtype", "float64"),
    ("check.finite(student.nan())", "not-finite", "1 values"),
    ("check.raises(ValueError, student.works)", "did-not-raise", "did not"),
    ("check.raises(ValueError, student.raises)", "raised-other", "IndexError"),
    ("assert torch.equal(student.ones(2), torch.full((2,), 61.0))", "test-failed", "shape [2] and type float32"),
    ("torch.testing.assert_close(student.none(), torch.full((2,), 61.0))", "test-failed", "None. Is a return"),
    ("assert student.none().shape == (61,)", "test-failed", "None. Is a return"),
    ("torch.testing.assert_close(student.nan(), torch.full((2,), 61.0))", "test-failed", "1 values that are not"),
    ("pytest.fail('61')", "test-failed", "not what the test expects"),
]


def test_a_finding_names_what_is_wrong_and_not_what_is_right(grade: Grade) -> None:
    tests = "\n".join(f"def test_{n}(student):\n    {line}  # 61" for n, (line, _, _) in enumerate(FINDINGS))
    graded = grade(tests, SUBMISSION)
    for number, (line, key, said) in enumerate(FINDINGS):
        name = f"test_{number}"
        assert graded.outcome(name) == "failed", (line, graded.test(name))
        assert graded.keys(name)[0] == key, line
        assert said in graded.said(name), line
        assert "61" not in str(graded.test(name)["findings"]), line
        assert "HIDDEN" not in str(graded.test(name)["findings"]), line


def test_right_answers_pass_every_check(grade: Grade) -> None:
    tests = """
    import numpy as np
    def test_all(student):
        check.close(student.ones(2), torch.ones(2))
        check.close(student.ones(2), torch.full((2,), 1.01), rtol=0.1)
        check.close(student.number(), 3)
        check.close(torch.tensor(3.0), 3.0)
        check.close({"a": [1.0, (2, None)], "s": "x"}, {"a": [1.0, (2, None)], "s": "x"})
        check.close(torch.tensor([float("inf")]), torch.tensor([float("inf")]))
        check.close(np.ones(2), np.ones(2))
        check.equal(student.works(), 7)
        check.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
        check.true(torch.tensor(True))
        check.false(np.bool_(False))
        check.shape(student.ones(2, 3), (-1, 3))
        check.dtype(student.double(), torch.float64)
        check.finite(student.ones(2))
        check.length([1, 2], 2)
        assert "HIDDEN" in str(check.raises(IndexError, student.raises))
    """
    graded = grade(tests, SUBMISSION)
    assert graded.outcomes == {"test_all": "passed"}, graded.events


def test_authors_sentences_and_part_scores_travel(grade: Grade) -> None:
    tests = """
    def test_feedback(student):
        feedback("no-scaling", largest=3.5, name="weights")
        assert False

    def test_part(student):
        score(0.25)
        assert student.works() == 8

    def test_most(student):
        score(0.5)

    def test_all(student):
        assert student.works() == 7

    @pytest.mark.parametrize("n", [7, 8, 9])
    def test_cases(student, n):
        assert student.works() == n

    def test_nonsense(student):
        score(2)
    """
    graded = grade(tests, SUBMISSION)
    assert graded.test("test_feedback")["findings"][0] == {
        "key": "author.no-scaling",
        "values": {"largest": 3.5, "name": "weights"},
    }
    fractions = {name: (graded.test(name)["outcome"], graded.test(name)["fraction"]) for name in graded.outcomes}
    assert fractions == {
        "test_feedback": ("failed", 0.0),
        "test_part": ("failed", 0.25),
        "test_most": ("passed", 0.5),
        "test_all": ("passed", 1.0),
        "test_cases": ("failed", 0.0),
        "test_nonsense": ("error", 0.0),
    }
    assert len([event for event in graded.events if event["event"] == "test_started"]) == 6


def test_the_detail_has_the_tests_line_and_not_the_machinery(grade: Grade) -> None:
    graded = grade("def test_x(student):\n    assert student.works() == 61\n", SUBMISSION)
    detail = graded.test("test_x")["detail"]
    assert "assert 7 == 61" in detail
    assert "test_hidden.py" in detail
    assert "_pytest" not in detail
    assert len(detail) < 16 * 1024


def test_every_sentence_can_be_filled() -> None:
    for key in SENTENCES:
        assert "{" not in sentence(Finding(key=key, values={}))
    assert fill("{name} is {missing}", {"name": "{evil}"}) == "{evil} is ?"
