"""What a test asks of the student's functions themselves: their text, parameters, words; from the submission's text."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = '''
import functools
from collections import namedtuple
from dataclasses import dataclass
import torch

def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner

def pairwise(a, b=1, *rest, scale: float = 2.0, **named) -> torch.Tensor:
    """Squared distances."""
    return (a - b) ** 2

@logged
def looped(xs):
    for x in xs: print(x)

def hidden(a, b):
    for _ in a: pass

class Net:
    """A net."""
    def __init__(self, width: int, depth=2): self.width = width
    def forward(self, x, /): return x

@dataclass
class Config:
    rate: float = 0.1
    name: str = "a"

square = lambda x: x * x
alias = hidden
TEXT = """
def hidden(a, b):
    return a @ b
"""
Stats = namedtuple("Stats", "tokens types")
def stats(): return Stats(1, 2)
'''
TESTS = """
import inspect

def test_the_source(student):
    assert "for " not in inspect.getsource(student.pairwise) and "Squared" in inspect.getsource(student.pairwise)
    assert "for x in xs" in inspect.getsource(student.looped) and "@logged" in inspect.getsource(student.looped)
    assert "for _ in a" in inspect.getsource(student.hidden) and "for _ in a" in inspect.getsource(student.alias)
    assert inspect.getsource(student.Net).startswith("class Net:")
    assert "return x" in inspect.getsource(student.Net.forward)
    assert "return x" in inspect.getsource(student.Net(1).forward)
    assert "x * x" in inspect.getsource(student.square)
    lines, _ = inspect.getsourcelines(student.pairwise)
    assert len(lines) == 3

def test_the_signature(student):
    found = inspect.signature(student.pairwise)
    assert str(found) == "(a, b=1, *rest, scale: float = 2.0, **named) -> torch.Tensor"
    assert found.parameters["scale"].default == 2.0 and found.return_annotation is torch.Tensor
    assert list(inspect.signature(student.Net).parameters) == ["width", "depth"]
    assert list(inspect.signature(student.Net.forward).parameters) == ["self", "x"]
    assert list(inspect.signature(student.Net(1).forward).parameters) == ["x"]
    assert list(inspect.signature(student.looped).parameters) == ["xs"]
    assert str(inspect.signature(student.Config)) == "(rate: float = 0.1, name: str = 'a')"
    assert student.pairwise.__annotations__ == {"scale": float, "return": torch.Tensor}

def test_names_and_words(student):
    assert student.pairwise.__doc__ == "Squared distances." == inspect.getdoc(student.pairwise)
    assert student.pairwise.__name__ == "pairwise" and student.Net.forward.__qualname__ == "Net.forward"
    assert callable(student.pairwise) and student.pairwise and student.Net
    assert student.Net(3).__dict__ == {"width": 3}
    help(student.pairwise)

def test_the_repr_of_a_named_tuple(student):
    assert repr(student.stats()) == "Stats(tokens=1, types=2)"

def test_own_functions_as_ever(student):
    assert "tuple" in inspect.getsource(inspect.getmro) and "x" in str(inspect.signature(lambda x: x))

def test_what_the_submission_does_not_define(student):
    with pytest.raises(OSError):
        inspect.getsource(student.functools.wraps)
    with pytest.raises(ValueError):
        inspect.signature(student.functools.wraps)
"""


def test_texts_and_parameters_come_from_the_submission(grade: Grade) -> None:
    graded = grade(TESTS, SUBMISSION)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)
    assert len(graded.outcomes) == 6


def test_a_place_that_is_not_in_the_text_is_no_source(grade: Grade) -> None:
    submission = """
    def f(x):
        for _ in x: pass
    f.__code__ = f.__code__.replace(co_firstlineno=7)
    def g(x):
        for _ in x: pass
    def clean(x): return x
    exec("def made(x): return x", globals())
    class Odd:
        __wrapped__ = property(lambda self: self)
    """
    tests = """
    import inspect
    def test_moved(student):
        assert "for" not in inspect.getsource(student.f)
    def test_made(student):
        assert inspect.getsource(student.made)
    def test_odd(student):
        assert inspect.signature(student.Odd())
    """
    outcomes = grade(tests, submission).outcomes
    assert outcomes["test_made"] != "passed"
