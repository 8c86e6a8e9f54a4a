"""What of the test's own the student's code may use while the test waits: it stays here, and is called back.

A function, a bound method, a mock, a class of the test's or an object of one is not sent. The student's process gets a
number, and the names that it may call; each call comes back over the border, its arguments decoded like any other word
of the student's, and only its result goes across. So nothing else can be reached: no globals, no closure, no class, no
attribute that the class does not offer by a method, a property or, in a dataclass, a field. A value that a test keeps
in ``self.expected`` stays here. A loan lasts as long as the student's process, since its code may have kept it where a
later test meets it: whoever keeps one can call it again, and gets what it returns.

An assertion that fails in such a function fails the test, whatever the student's code makes of it. Of other exceptions
the student's code gets the type and no words, which could tell what the test compares with.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import io
import sys
import sysconfig
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import BuiltinFunctionType, BuiltinMethodType, FunctionType, MethodType
from typing import Any
from unittest.mock import NonCallableMock

import torch

from graders.wire import Loan, WireError

MAX_LOANS = 1000  #: that a student holds at once; the oldest end first
MAX_DEPTH = 24  #: calls from here to there and back that may be under way at once
#: Special methods that are passed on, where the class has them.
SPECIAL = frozenset(
    {"__call__", "__len__", "__getitem__", "__setitem__", "__contains__", "__iter__", "__next__", "__enter__"}
)
_CALLABLE = (FunctionType, MethodType, BuiltinFunctionType, BuiltinMethodType, functools.partial)
#: What is no use over there without the tensors in it.
_OF_LIBRARIES = (torch.nn.Module, torch.optim.Optimizer, torch.utils.data.DataLoader)
_FILE = frozenset(
    {*("read", "readline", "readlines", "write", "writelines", "seek", "tell", "flush", "close", "getvalue")}
)
_LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))
_MOCK = frozenset(dir(NonCallableMock()))


@dataclass(frozen=True, kw_only=True)
class Lent:
    """One thing that is lent, and the names by which it may be used."""

    value: Any
    loan: Loan


class Lending:
    """What one student's process holds of this side, by number."""

    def __init__(self) -> None:
        self._lent: OrderedDict[int, Lent] = OrderedDict()
        self._numbers: dict[int, int] = {}
        self._next = 1
        self.depth = 0
        self.failed: BaseException | None = None  #: an assertion that failed while the student's code was under way

    def lend(self, value: Any) -> Loan | None:
        """A number for something of the test's; None for what cannot be lent."""
        known = self._numbers.get(id(value))
        if known is not None:
            return self._lent[known].loan
        offered = _offered(value)
        if offered is None:
            return None
        kind, calls, reads = offered
        loan = Loan(number=self._next, kind=kind, calls=tuple(sorted(calls)), reads=tuple(sorted(reads)))
        self._next += 1
        self._lent[loan.number], self._numbers[id(value)] = Lent(value=value, loan=loan), loan.number
        if len(self._lent) > MAX_LOANS:
            _, oldest = self._lent.popitem(last=False)
            del self._numbers[id(oldest.value)]
        return loan

    def back(self, loan: Loan) -> Any:
        """The thing itself, which the student's code gives back."""
        lent = self._lent.get(loan.number)
        if lent is None:
            raise WireError("something comes back that was not lent")
        return lent.value

    def use(self, number: Any, name: Any, args: Any, kwargs: Any) -> Any:
        """Do what the student's code asks of something that was lent.

        Raises:
            WireError: it asks for what was not offered to it.
        """
        lent = self._lent.get(number) if type(number) is int else None
        if lent is None or type(name) is not str or type(args) is not tuple or type(kwargs) is not dict:
            raise WireError("what is asked for was not lent")
        if not all(isinstance(key, str) for key in kwargs):
            raise WireError("keywords are names")
        if name.startswith("."):
            if not _may_read(lent, name[1:]):
                raise WireError("an attribute is asked for that was not offered")
            return getattr(lent.value, name[1:])
        if name == "__call__" and name in lent.loan.calls:
            return lent.value(*args, **kwargs)
        if not _may_call(lent, name):
            raise WireError("a method is asked for that was not offered")
        return getattr(lent.value, name)(*args, **kwargs)


def _may_call(lent: Lent, name: str) -> bool:
    if lent.loan.kind == "mock":
        return not name.startswith("_") and name.isidentifier() and name not in _MOCK
    return name in lent.loan.calls


def _may_read(lent: Lent, name: str) -> bool:
    return name in lent.loan.reads and not name.startswith("_")


def _offered(value: Any) -> tuple[str, frozenset[str], frozenset[str]] | None:
    """How something is lent: its kind, the names that may be called, and those that may be read."""
    if isinstance(value, NonCallableMock):
        set_here = frozenset(name for name in vars(value) if not name.startswith("_") and name not in _MOCK)
        plain = frozenset(name for name in set_here if not isinstance(vars(value)[name], NonCallableMock))
        return "mock", frozenset({"__call__"} if callable(value) else ()), plain
    if isinstance(value, _CALLABLE):
        kind = "function" if type(value) is FunctionType else "object"
        return kind, frozenset({"__call__"}), frozenset()
    if isinstance(value, io.StringIO | io.BytesIO):
        return "object", _FILE | {"__iter__", "__next__", "__enter__"}, frozenset()
    if isinstance(value, Iterator) and not isinstance(value, torch.nn.Module):
        return "object", frozenset({"__iter__", "__next__"}), frozenset()
    if isinstance(value, type):  # who calls it gets an object of it, which stays here as well
        return ("object", frozenset({"__call__"}), frozenset()) if _may_be_made(value) else None
    own = [kind for kind in type(value).__mro__ if _of_tests(kind)]
    if isinstance(value, _OF_LIBRARIES):
        return None
    if not own:
        of_numbers = type(value).__module__.partition(".")[0] in ("numpy", "scipy")  # a polynomial, a spline
        return ("object", frozenset({"__call__"}), frozenset()) if of_numbers and callable(value) else None
    calls, reads = set[str](), set[str]()
    for each in own:
        for name, member in vars(each).items():
            if isinstance(member, property | functools.cached_property):
                reads.add(name)
            elif name in SPECIAL or (isinstance(member, FunctionType | staticmethod | classmethod) and name[:1] != "_"):
                calls.add(name)
    if dataclasses.is_dataclass(value):
        reads |= {field.name for field in dataclasses.fields(value)}
    return "object", frozenset(calls), frozenset(name for name in reads if name[:1] != "_")


def _may_be_made(kind: type) -> bool:
    """A class of the test's whose objects can be lent; an exception is to be caught by its class, which stays here."""
    return _of_tests(kind) and not issubclass(kind, (*_OF_LIBRARIES, BaseException, Enum))


def _of_tests(kind: type) -> bool:
    """Whether a class is one of the exercise's: from no library, and not Python's own."""
    module = sys.modules.get(kind.__module__)
    if module is None or kind.__module__ == "tests":
        return kind.__module__ != "builtins"
    file = getattr(module, "__file__", None)
    return file is not None and not file.startswith(_LIBRARIES) and not kind.__module__.startswith("graders.")


def told_of(error: BaseException) -> str:
    """The name of an exception's type as the student's code gets it: one of Python's own, the nearest."""
    names: Mapping[str, Any] = vars(builtins)
    found = (kind.__name__ for kind in type(error).__mro__ if names.get(kind.__name__) is kind)
    return next((name for name in found if issubclass(names[name], Exception)), "RuntimeError")
