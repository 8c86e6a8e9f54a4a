"""Operators of the student's objects: what the test made answers for itself, what a function returned does not."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = '''
import functools
class Value:
    """A number that remembers how it was made."""
    def __init__(self, data, parents=()):
        self.data, self.grad, self._parents, self._backward = data, 0.0, parents, lambda: None
    def _wrap(self, other): return other if isinstance(other, Value) else Value(other)
    def __add__(self, other):
        other = self._wrap(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        other = self._wrap(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out
    __radd__, __rmul__ = __add__, __mul__
    def __neg__(self): return self * -1
    def __iadd__(self, other): self.data += other; return self
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v._parents: visit(p)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order): v._backward()
@functools.total_ordering
class Vector:
    def __init__(self, *items): self.items = items
    def __eq__(self, other): return isinstance(other, Vector) and self.items == other.items
    def __lt__(self, other): return self.items < other.items
    def __hash__(self): return hash(self.items)
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
    def __repr__(self): return f"Vector{self.items}"
    def __format__(self, spec): return f"<{spec}>"
    def __float__(self): return float(self.items[0])
    def __matmul__(self, other): return sum(a * b for a, b in zip(self.items, other.items))
    def __bool__(self): return any(self.items)
    def doubled(self): return Vector(*(2 * i for i in self.items))
def add(a, b): return Vector(*(x + y for x, y in zip(a.items, b.items)))
def total(values): return sum(values, Value(0.0))
'''
TESTS = """
import math
import numpy as np

def test_arithmetic_is_asked_of_its_class(student):
    a = student.Value(2.0)
    b = a * 3 + 1
    b.backward()
    assert b.data == 7 and a.grad == 3
    assert (2 * a).data == 4 and (-a).data == -2 and sum([a, a, 1]).data == 5
    x = student.Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0
    a += 5
    assert a.data == 7.0
    assert (np.float64(2.0) * a).data == 14.0

def test_of_an_answer_that_is_an_object(student):
    y = student.total([student.Value(1.0), student.Value(2.0)])
    assert (y * 2).data == 6.0 and (2 + y).data == 5.0
    y *= 2
    assert y.data == 6.0

def test_kinds(student):
    v = student.Value(1)
    assert isinstance(v + student.Value(2), student.Value)
    assert type(v * 2).__name__ == "Value" and not isinstance(3, student.Value)

def test_comparisons_and_keys(student):
    v = student.Vector
    assert v(1, 2) == v(1, 2) and v(1, 2) != v(2, 1) and not v(1) == v(2)
    assert sorted([v(3), v(1), v(2)])[0] == v(1) and max(v(1), v(5))[0] == 5
    assert v(1) < v(2) <= v(2) and hash(v(1)) == hash(v(1))
    assert len({v(1), v(1), v(2)}) == 2 and {v(1): "one"}[v(1)] == "one"
    assert v(1) in [v(2), v(1)] and [v(1)] == [v(1)]

def test_texts_numbers_and_truth(student):
    v = student.Vector(1, 2)
    assert repr(v) == str(v) == "Vector(1, 2)" and f"{v:x}" == "<x>"
    assert float(v) == 1.0 and math.isclose(v, 1.0) and v @ v == 5
    assert v and not student.Vector(0)
    assert len(v) == 2 and v[0] == 1 and list(v) == [1, 2] and 2 in v

def test_what_a_function_returns_beside_what_the_test_made(student):
    assert student.add(student.Vector(1), student.Vector(2)) == student.Vector(3)
    assert student.Vector(1).doubled() == student.Vector(2)

def test_what_it_does_not_support(student):
    with pytest.raises(TypeError):
        student.Vector(1) - 1

def test_functions_and_classes_are_there(student):
    assert student.add and student.Vector and callable(student.total)
"""

#: A class that agrees with everything, and functions that return one of it.
LIAR = """
import torch
class Liar(float):
    made = None
    def __new__(cls, *_): return object.__new__(cls) if cls is not Liar else super().__new__(cls, 0.0)
    def _yes(self, *_): return True
    def _zero(self, *_): return 0.0
    def _self(self, *_): return self
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = _yes
    __sub__ = __rsub__ = __abs__ = _zero
    __ne__ = lambda self, _: False
    __hash__ = lambda self: hash(0.25)
    __repr__ = __str__ = lambda self: "0.25"
    __format__ = lambda self, _: "0.25"
    __float__ = lambda self: 0.25
    __add__ = __radd__ = __mul__ = __rmul__ = __neg__ = _self
    __array__ = lambda self, *_, **__: __import__("numpy").zeros(())
    __array_priority__, __array_ufunc__ = 1000, None
    def _yes_elementwise(self, *_): return torch.ones(3, dtype=torch.bool)
class Same:
    kept = []
    def __new__(cls, *_):
        cls.kept.append(super().__new__(cls))
        return cls.kept[-1]
for name in ("__eq__", "__lt__", "__le__", "__gt__", "__sub__", "__rsub__", "__abs__", "__float__", "__hash__", "_yes",
             "__repr__", "__bool__", "_zero", "_self", "__add__", "__radd__", "__neg__", "__array__", "__ne__"):
    setattr(Same, name, vars(Liar)[name])
class tensor(Same): pass
class MSE(Same): pass
class metrics: KL = MSE
def loss(*_): return Same()
def again(made): return made
def first(*_): return Same.kept[0]
"""
#: Each asserts something of a loss that should be 0.25.
FOOLED = (
    "assert abs(student.loss(1) - 0.25) < 1e-6",
    "assert abs(0.25 - student.loss(1)) < 1e-6",
    "assert student.loss(1) == 0.25",
    "assert 0.25 == student.loss(1)",
    "assert not student.loss(1) != 0.25",
    "assert student.loss(1) in [0.25]",
    "assert student.loss(1) in {0.25}",
    "assert -student.loss(1) == -0.25",
    "assert (student.loss(1) + student.loss(2)) == 0.5",
    "assert student.loss(1) - student.loss(2) == 0",
    "assert student.loss(1) < student.loss(2)",
    "assert student.loss(1)",
    "assert float(student.loss(1)) == 0.25",
    "assert str(student.loss(1)) == '0.25'",
    "assert f'{student.loss(1):.2f}' == '0.25'",
    "assert round(student.loss(1), 2) == 0.25",
    "assert student.loss(1) == pytest.approx(0.25)",
    "assert pytest.approx(0.25) == student.loss(1)",
    "import numpy as np\n    np.testing.assert_allclose(student.loss(1), 0.25)",
    "import numpy as np\n    assert np.allclose(student.loss(1), 0.25)",
    "import numpy as np\n    assert np.abs(student.loss(1) - np.float64(0.25)) < 1e-6",
    "import numpy as np\n    assert (np.array([0.25]) - student.loss(1) == 0).all()",
    "import math\n    assert math.isclose(student.loss(1), 0.25)",
    "torch.testing.assert_close(student.loss(1), torch.tensor(0.25))",
    "assert (torch.tensor(0.25) - student.loss(1)).abs() < 1e-6",
    "assert torch.allclose(torch.tensor(student.loss(1)), torch.tensor(0.25))",
    "assert abs(torch.tensor(0.25) - student.loss(1)) < 1e-6",
    "made = student.Same()\n    assert abs(student.again(made) - 0.25) < 1e-6",
    "made = student.Same()\n    assert abs(student.first() - 0.25) < 1e-6",
    "made = student.Same()\n    assert abs(student.run(again, made) - 0.25) < 1e-6",
    "made = student.Same\n    assert abs(student.tensor(1) - 0.25) < 1e-6",
    "assert sum(student.loss(i) for i in range(3)) == 0.75",
    "assert max(student.loss(1), 0.1) == 0.25",
    "assert abs(student.MSE(1) - 0.25) < 1e-6",
    "assert student.metrics.KL(1) == 0.25",
    "check.close(student.loss(1), 0.25)",
    "check.close(student.loss(1) * 1, 0.25)",
    "try:\n        good = student.loss(1) - 0.25 < 1\n    except Exception:\n        good = True\n    assert good",
    "with pytest.raises(TypeError):\n        student.loss(1) - 1",
)


def test_objects_that_a_test_makes_answer_by_their_class(grade: Grade) -> None:
    graded = grade(TESTS, SUBMISSION)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)
    assert len(graded.outcomes) == 8


def test_an_object_that_agrees_with_everything_passes_for_no_value(grade: Grade) -> None:
    tests = "def again(submission, made): return submission.again(made)\n"
    tests += "".join(f"def test_{number}(student):\n    {body}\n" for number, body in enumerate(FOOLED))
    graded = grade(tests, LIAR, run_seconds=60)
    assert not graded.broken, graded.broken
    passed = [FOOLED[number] for number in range(len(FOOLED)) if graded.outcome(f"test_{number}") == "passed"]
    assert passed == []


def test_answers_that_are_no_answers_end_the_test_alone(grade: Grade) -> None:
    submission = """
    import os
    class Odd:
        def __bool__(self): return 1
        def __hash__(self): return 2 ** 100
        def __repr__(self): raise SystemExit(0)
        def __str__(self): return type("S", (str,), {"__str__": lambda s: 3})("odd")
        def __float__(self): return float("nan")
        def __index__(self): return True
        def __len__(self): return 3
        def __eq__(self, other): os._exit(0)
        def __lt__(self, other): return NotImplemented
        def __add__(self, other): return lambda: other
    """
    tests = """
    def test_truth(student): assert student.Odd()
    def test_repr(student): assert repr(student.Odd()) == ""
    def test_text(student): assert str(student.Odd()) == "odd"
    def test_number(student): assert float(student.Odd()) == 0
    def test_order(student): assert student.Odd() < 3
    def test_place(student): assert [1, 2][student.Odd()] == 3
    def test_sum(student): assert (student.Odd() + 1) == 1
    def test_end(student): assert student.Odd() == 3
    def test_after(student): assert len(student.Odd()) == 3
    """
    outcomes = grade(tests, submission).outcomes
    assert outcomes.pop("test_text") == outcomes.pop("test_after") == "passed"
    assert outcomes.pop("test_end") == "gone"
    assert set(outcomes.values()) <= {"failed", "error"}, outcomes
