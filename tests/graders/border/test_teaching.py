"""Findings that teach: gradients, NaN and where it began, masks that leak, changed arguments, what torch means."""

from __future__ import annotations

import pytest

from graders.findings import SENTENCES, sentence
from graders.report import Finding
from tests.graders.border.conftest import Grade

SUBMISSION = """
import torch

def ones(*shape): return torch.ones(shape)
def grads(*which): return [None if w is None else torch.full((2,), float(w)) for w in which]
def early(x): return x / 0
def late(x): return torch.zeros_like(x) / 0 * x
def shout(x): return x.sub_(1)
def looks_ahead(x): return x.flip(1).cumsum(1).flip(1)
def looks_back(x): return x.cumsum(1)
def one_too_far(x): return x + torch.cat([x[:, 1:], x[:, :1]], 1)
def multiply(a, b): return a @ b
def add(a, b): return a + b
def axis(x): return x.sum(5)
def cut(x): return x.detach().sum().backward()
def twice(x):
    y = (x.requires_grad_() ** 2).sum()
    y.backward()
    y.backward()
def leaf(x): return x.requires_grad_().add_(1)
def item(x): return x[7]
def choose(x): return 1 if x > 0 else 2
def mixed(x): return x.double() @ x.float()
def lie(): raise RuntimeError("shapes cannot be multiplied HID" + "DEN")
"""

CHECKS = [
    ("check.gradient(student.grads(None)[0], torch.full((2,), 61.0), name='gradient of W')", "missing-gradient", "W"),
    ("check.gradient(student.grads(0)[0], torch.full((2,), 61.0))", "zero-gradient", "zero everywhere"),
    ("check.gradient(student.grads(3)[0], torch.full((2,), 61.0))", "wrong-values", "2 of 2"),
    ("check.finite(student.early(torch.ones(2, 3)), name='x')", "not-finite", "the first at [0, 0]"),
    (
        "a = student.early(torch.ones(2)); check.finite(student.ones(2)); check.finite(student.add(a, a), name='sum')",
        "not-finite",
        "first in the result of early()",
    ),
    ("check.device('meta', 'cpu', name='W')", "wrong-device", "meta"),
    (
        "x = torch.ones(2); kept = x.clone(); student.shout(x); check.unchanged(x, kept, name='x')",
        "changed-argument",
        "changed x in place",
    ),
    ("check.masked(student.ones(2, 2), torch.eye(2, dtype=torch.bool))", "looks-at-masked", "but 2 are not"),
    ("check.causal(student.looks_ahead, torch.randn(2, 5, 3), name='y')", "sees-the-future", "y at position 0"),
    ("check.causal(student.one_too_far, torch.randn(1, 4, 2))", "sees-the-future", "position 1 or a later one"),
]
RAISING = [
    ("student.multiply(torch.ones(2, 3), torch.ones(2, 3))", "shapes"),
    ("student.add(torch.ones(2), torch.ones(3))", "shapes"),
    ("student.axis(torch.ones(2, 3))", "axis"),
    ("student.mixed(torch.ones(2, 2))", "dtypes"),
    ("student.cut(torch.ones(2, requires_grad=True))", "no-graph"),
    ("student.twice(torch.ones(2))", "second-backward"),
    ("student.leaf(torch.ones(2))", "in-place"),
    ("student.item(torch.ones(2))", "index"),
    ("student.choose(torch.ones(2))", "truth"),
    ("student.lie()", "shapes"),
]


def test_a_check_says_what_is_wrong_in_words(grade: Grade) -> None:
    marked = "@pytest.mark.changes_inputs\ndef test_{}(student):\n    {}"
    graded = grade("\n".join(marked.format(n, line) for n, (line, _, _) in enumerate(CHECKS)), SUBMISSION)
    for number, (line, key, said) in enumerate(CHECKS):
        name = f"test_{number}"
        assert graded.outcome(name) == "failed", (line, graded.test(name))
        assert graded.keys(name)[0] == key, line
        assert said in graded.said(name), line
        assert "61" not in graded.said(name), line


def test_what_torch_means_is_said_without_its_message(grade: Grade) -> None:
    tests = "\n".join(f"def test_{n}(student):\n    {line}" for n, (line, _) in enumerate(RAISING))
    graded = grade(tests, SUBMISSION)
    for number, (line, key) in enumerate(RAISING):
        name = f"test_{number}"
        assert graded.keys(name) == ["raised-at", f"explained-{key}"], line
        assert "HIDDEN" not in str(graded.test(name)["findings"])


def test_right_answers_pass(grade: Grade) -> None:
    tests = """
    def test_all(student):
        x = torch.randn(2, 5, 3)
        check.causal(student.looks_back, x, name="y")
        check.causal(student.looks_back, torch.randint(0, 9, (2, 5)))
        check.gradient(student.grads(3)[0], torch.full((2,), 3.0))
        check.gradient(student.grads(0)[0], torch.zeros(2))
        check.masked(student.ones(2, 2), torch.ones(2, 2, dtype=torch.bool))
        check.masked(student.ones(2, 2) * 0, torch.zeros(2, dtype=torch.bool))
        check.unchanged(x, x.clone())
        check.device(torch.device("cpu"), "cpu")
        check.device("cuda:1", "cuda")
    """
    assert grade(tests, SUBMISSION).outcomes == {"test_all": "passed"}


@pytest.mark.parametrize("key", sorted(key for key in SENTENCES if key.startswith("explained-")))
def test_an_explanation_has_no_room_for_a_value(key: str) -> None:
    assert sentence(Finding(key=key, values={"a": 1})) == SENTENCES[key]
    assert "{" not in SENTENCES[key]
