"""Rule 1: values come back by value, exact and bounded."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import collections, enum, numpy as np, torch
from collections import OrderedDict, namedtuple
Pair = namedtuple("Pair", "left right")
TEXT, NUMBER, TRUE, NOTHING = "名字 ü", 3, True, None
EVERYTHING = {"a": [1, 2.5, None], ("t", 1): {1, 2}, "f": frozenset("x"), "c": 1j, "b": b"\\0"}
PAIR = Pair(torch.ones(2), 7)
def echo(x): return x
def shapes(x): return x.shape, x.dtype, x.device
def numpy(): return np.float32(2.5), np.arange(3), np.bool_(True)
def graph(x): return torch.nn.Linear(3, 2)(x)
def top(x): return x.max(dim=0)
def big(): return torch.zeros(1 << 23)
class Module(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 1)
        self.fc.bias.requires_grad_(False)
"""


def test_values_keep_their_types(grade: Grade) -> None:
    graded = grade(
        """
    import numpy as np
    def test_plain(student):
        assert (student.TEXT, student.NUMBER, student.NOTHING) == ("名字 ü", 3, None)
        assert student.TRUE is True
        assert student.EVERYTHING == {"a": [1, 2.5, None], ("t", 1): {1, 2}, "f": frozenset("x"), "c": 1j, "b": b"\\0"}
        for value in (1, True, 2.0, "x", b"x", [1], (1,), {1: 2}, {1}, None, 1j, 2**70, frozenset([1])):
            assert type(student.echo(value)) is type(value) and student.echo(value) == value

    def test_torch(student):
        shape, dtype, device = student.shapes(torch.zeros(2, 3))
        assert type(shape) is torch.Size and shape == (2, 3)
        assert dtype is torch.float32 and device == torch.device("cpu")
        y = student.graph(torch.ones(4, 3))
        assert type(y) is torch.Tensor and y.requires_grad and not y.is_leaf
        assert y.detach().numpy().shape == (4, 2)
        assert student.top(torch.tensor([[1.0, 5.0]])).values.tolist() == [1.0, 5.0]

    def test_numpy(student):
        scalar, array, flag = student["numpy"]()
        assert type(scalar) is np.float32 and type(flag) is np.bool_ and array.tolist() == [0, 1, 2]

    def test_named(student):
        pair = student.PAIR
        assert pair.right == 7 and torch.equal(pair.left, torch.ones(2)) and isinstance(pair, tuple)

    def test_parameters(student):
        model = student.Module()
        assert [p.requires_grad for p in model.parameters()] == [True, False]
        assert isinstance(model.fc.weight, torch.nn.Parameter)

    def test_big(student):
        student.big()
    """,
        SUBMISSION,
    )
    assert graded.outcomes == {
        "test_plain": "passed",
        "test_torch": "passed",
        "test_numpy": "passed",
        "test_named": "passed",
        "test_parameters": "passed",
        "test_big": "error",
    }
    assert graded.keys("test_big") == ["unsendable-too-large"]
    assert graded.test("test_big")["student_error"]


def test_a_reply_has_the_size_that_the_exercise_allows(grade: Grade) -> None:
    tests = """
    def test_big(student):
        assert student.big().numel() == 1 << 23
    """
    assert grade(tests, SUBMISSION, reply_mb=40).outcomes == {"test_big": "passed"}
