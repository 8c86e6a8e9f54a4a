"""Gradients, graphs and parameters are the student's word: whoever lies with them hurts their own test alone."""

from __future__ import annotations

import pytest

from tests.graders.border.conftest import Grade

#: A right ``Square`` and a right ``Linear``, and what a liar makes of them.
HONEST = """
import torch
from torch import nn
def square(x): return x ** 2
class Linear(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.eye(3) + 1)
    def forward(self, x): return x @ self.weight.T
"""
TESTS = """
from torch import nn

def test_gradient(student):
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    student.square(x).sum().backward()
    torch.testing.assert_close(x.grad, torch.tensor([2.0, 4.0, 6.0]))

def test_reference_from_weights_read_before(student):
    layer, x = student.Linear(), torch.randn(3, 3)
    w = layer.weight
    assert (w != 0).all()
    torch.testing.assert_close(layer(x), x @ w.T)

def test_gradient_of_weights(student):
    layer, x = student.Linear(), torch.arange(3.0).expand(2, 3)
    layer(x).sum().backward()
    torch.testing.assert_close(layer.weight.grad, x.sum(0).expand(3, 3))

def test_no_harm_is_done():
    x = torch.randn(3, requires_grad=True)
    (x ** 2).sum().backward()
    torch.testing.assert_close(x.grad, 2 * x.detach())
"""
WRONG = """
class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * x
    @staticmethod
    def backward(ctx, grad): {}
def square(x): return Wrong.apply(x)
"""
INSIDE = "import graders.inside.graphs as g\n"
LIES = {
    "a wrong gradient": (WRONG.format("return grad"), {"test_gradient"}),
    "no gradient": (WRONG.format("return None"), {"test_gradient"}),
    "NaN": (WRONG.format("return grad * float('nan')"), {"test_gradient"}),
    "an endless backward": (WRONG.format("\n        while True: pass"), {"test_gradient"}),
    "the end of the process": (WRONG.format("__import__('os')._exit(0)"), {"test_gradient"}),
    "a raise": (WRONG.format("raise AssertionError"), {"test_gradient"}),
    "no graph": ("def square(x): return x.detach() ** 2\n", {"test_gradient"}),
    "its argument": ("def square(x): return x\n", {"test_gradient"}),
    "a hook": (
        "def square(x):\n    x.register_hook(lambda grad: torch.zeros(3))\n    return x ** 2\n",
        {"test_gradient"},
    ),
    "weights that suit the answer": (
        "def forward(self, x):\n    self.weight.data.zero_()\n    return x @ self.weight.T\nLinear.forward = forward\n",
        {"test_reference_from_weights_read_before"},
    ),
    "its weights as the answer": (
        "def forward(self, x):\n    self.weight.data.zero_()\n    return self.weight\nLinear.forward = forward\n",
        {"test_reference_from_weights_read_before", "test_gradient_of_weights"},
    ),
    "gradients of another shape": (
        INSIDE + "g._accumulated = lambda o, given, leaves, **k: [torch.zeros(9) for _ in leaves]\n",
        {"test_gradient", "test_gradient_of_weights"},
    ),
    "gradients of another type": (
        INSIDE + "g._accumulated = lambda o, given, leaves, **k: [torch.zeros(3).double() for _ in leaves]\n",
        {"test_gradient", "test_gradient_of_weights"},
    ),
    "something else than gradients": (
        INSIDE + "g.Graphs.backward = lambda self, *a, **k: (self, 3)\n",
        {"test_gradient", "test_gradient_of_weights"},
    ),
    "too many gradients": (
        INSIDE + "g.Graphs.backward = lambda self, *a, **k: ((torch.zeros(3),) * 5, (torch.zeros(3),) * 5)\n",
        {"test_gradient", "test_gradient_of_weights"},
    ),
    "graphs that are none of its own": (
        INSIDE + "g.Graphs.living = lambda self, value: g.Graphed(number=0, index=0, tensor=value.detach())\n",
        {"test_gradient", "test_gradient_of_weights"},
    ),
    "a parameter that was not given": (
        INSIDE + "g.Graphs.living = lambda self, value: g.Lent(0)\n",
        {"test_gradient", "test_gradient_of_weights", "test_reference_from_weights_read_before"},
    ),
    "outputs out of order": (
        INSIDE + "g.Graphs.living = lambda self, value: g.Graphed(number=1, index=7, tensor=value.detach())\n",
        {"test_gradient", "test_gradient_of_weights", "test_reference_from_weights_read_before"},
    ),
    "a parameter under the number of another": (
        INSIDE + "g.Graphs.living = lambda self, value: g.Owned(number=0, grad=torch.ones(7))\n",
        {"test_gradient", "test_gradient_of_weights", "test_reference_from_weights_read_before"},
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_costs_the_liar(grade: Grade, lie: str) -> None:
    added, lost = LIES[lie]
    graded = grade(TESTS, HONEST + added, seconds=2.0, students=5)
    assert not graded.broken, graded.broken
    failed = {name for name, outcome in graded.outcomes.items() if outcome != "passed"}
    assert failed == lost, graded.events
    assert all(graded.test(name)["student_error"] or graded.outcome(name) == "failed" for name in lost), graded.events


def test_the_truth_passes(grade: Grade) -> None:
    assert set(grade(TESTS, HONEST).outcomes.values()) == {"passed"}


def test_what_the_test_lent_is_not_changed_for_a_reference(grade: Grade) -> None:
    submission = """
    import torch
    kept = []
    def keep(p): kept.append(p)
    def mean():
        kept[0].data.zero_()
        return torch.zeros(())
    def scale(p):
        p.grad.zero_()
        return 0.0
    """
    tests = """
    def test_kept(student):
        p = torch.nn.Parameter(torch.ones(3))
        student.keep(p)
        assert student.mean() == p.mean()

    def test_gradients(student):
        p = torch.nn.Parameter(torch.ones(3))
        p.grad = torch.ones(3)
        assert student.scale(p) == p.grad.norm()

    def test_answers_are_copies_but_for_parameters(student):
        p = torch.nn.Parameter(torch.ones(3))
        x = torch.ones(3)
        student.keep(p)
        assert student.run(given_back, p) is p and student.run(given_back, x) is not x

    def given_back(submission, p):
        return p
    """
    graded = grade(tests, submission)
    assert graded.outcomes == {
        "test_kept": "failed",
        "test_gradients": "failed",
        "test_answers_are_copies_but_for_parameters": "passed",
    }, graded.events
    assert graded.keys("test_kept") == graded.keys("test_gradients") == ["changed-input"]
