"""Operators on objects that stay in the student's process: what is asked there, and whose answer counts.

In one process ``abs(loss - 0.25) < 1e-6`` computes; across the border each of these operators would be the word of the
student's own class, whose ``__sub__`` may answer 0.0. So the rule is:

* An object is *made by the test* when the test called a name in CapWords (``Value(2.0)``): by the author's own spelling
  it is an object of a class, and what its operators do is what the author asks about. So is what operators make of it.
* Operators are asked of every object. An answer that is an object again is fine, since its attributes are looked at as
  values later. An answer that is a plain value counts only where an operand was made by the test.
* Comparisons, truth, hash, text and numbers are values by nature: of other objects they are refused without asking.

What a function has returned is never made by the test, though it be the very object that the test made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graders.examiner.inspecting import KINDS

#: How an author spells a class: the last part of a dotted name, in CapWords. What is all in capitals may be a function,
#: whose answer is a value (``MSE(a, b)``, ``KL(p, q)``).
CLASS_NAME = re.compile(r"(^|\.)_*[A-Z]\w*[a-z]\w*$")
#: How an author spells a function or a class that has a name.
PLAIN_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
#: Kinds of objects that are true by being there.
TRUE_KINDS = KINDS | {"builtin_function_or_method"}

_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift")
_UNARY = ("neg", "pos", "abs", "invert")
_COMPARING = ("eq", "ne", "lt", "le", "gt", "ge")
_NUMBERS = ("int", "float", "complex", "index", "trunc", "floor", "ceil", "round")
#: What answers a value by nature, as (what is refused of other objects, the type of the answer).
ASKED: Mapping[str, tuple[str, type | None]] = {
    **dict.fromkeys(_COMPARING, ("a comparison", None)),
    **dict.fromkeys(("trunc", "floor", "ceil", "round"), ("arithmetic", None)),
    "bool": ("the truth", bool),
    "hash": ("the hash", int),
    "int": ("arithmetic", int),
    "float": ("arithmetic", float),
    "complex": ("arithmetic", complex),
    "index": ("arithmetic", int),
    "repr": ("the text", str),
    "str": ("the text", str),
    "format": ("the text", str),
}

Operate = Callable[..., Any]


def methods(operate: Operate) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The special methods but those of truth and text; each asks ``operate(itself, name, operands)``."""
    for name in (*_BINARY, *_UNARY, *_COMPARING, *_NUMBERS, "divmod", "hash"):
        yield f"__{name}__", _asking(operate, name)
    for name in _BINARY:
        yield f"__i{name}__", _asking(operate, f"i{name}")
    for name in (*_BINARY, "divmod"):
        yield f"__r{name}__", _reflected(operate, name)


def _asking(operate: Operate, name: str) -> Callable[..., Any]:
    return lambda self, *others: operate(self, name, (self, *others))


def _reflected(operate: Operate, name: str) -> Callable[..., Any]:
    return lambda self, other: operate(self, name, (other, self))
