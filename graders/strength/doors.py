"""Inside the sandbox: a solution behind doors, where each call that comes from a test can be watched or answered.

A *door* is a public function, or a public method of a public class. Calls that the solution makes of itself pass no
door. What runs here is the author's own code: nothing hostile.
"""

from __future__ import annotations

import enum
import functools
import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import torch

NAME = "gradus_solution"  #: the module that is executed from the solution's text
_OPERATORS = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "matmul", "neg", "pow", "eq")
_METHODS = frozenset(
    f"__{name}__" for name in (*_OPERATORS, "init", "call", "len", "getitem", "iter", "next", "contains")
)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call from a test. ``method`` is empty for a function; for a method the object is the first argument."""

    name: str
    method: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


#: What happens at a door: gets the call and the function behind it, and answers in its place.
Around = Callable[[Call, Callable[..., Any]], Any]


def execute(text: str, name: str) -> ModuleType:
    """A module made of a text; importable by its name, so that its objects can be copied."""
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = f"{name}.py"
    exec(compile(text, f"{name}.py", "exec", dont_inherit=True), vars(module))  # noqa: S102 -- the author's own code
    return module


def behind_doors(file: str, around: Around) -> dict[str, Any]:
    """The names of a solution, with ``around`` at each door."""
    module = execute(Path(file).read_text("utf-8"), NAME)
    guard = _Guard(around)
    names = {name: value for name, value in vars(module).items() if not name.startswith("__")}
    for name, value in names.items():
        if getattr(value, "__module__", None) == NAME and not name.startswith("_"):
            if isinstance(value, FunctionType):
                names[name] = guard.function(name, "", value)
            elif type(value) is type and not issubclass(value, BaseException | tuple | enum.Enum):
                names[name] = guard.subclass(name, value)
    return names


class _Guard:
    """Puts doors around functions; behind one, the others stand open."""

    def __init__(self, around: Around) -> None:
        self._around, self._inside = around, False

    def function(self, name: str, method: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def door(*args: Any, **kwargs: Any) -> Any:
            if self._inside:
                return function(*args, **kwargs)
            self._inside = True
            try:
                call = Call(name=name, method=method, args=args, kwargs=kwargs)
                return self._around(call, function)
            finally:
                self._inside = False

        return door

    def subclass(self, name: str, kind: type) -> type:
        """A class whose methods are doors; its instances are the solution's as well."""
        own = {
            attribute: self.function(name, attribute, value)
            for attribute, value in vars(kind).items()
            if isinstance(value, FunctionType) and (attribute in _METHODS or not attribute.startswith("_"))
        }
        if "__eq__" in own:
            own["__hash__"] = kind.__hash__
        return type(name, (kind,), {**own, "__module__": NAME, "__qualname__": name, "__doc__": kind.__doc__})


def digest(call: Call) -> str:
    """A word for a call that is the same for equal arguments."""
    found = hashlib.blake2b(f"{call.name}.{call.method}".encode(), digest_size=8)
    _feed(found, (call.args, dict(sorted(call.kwargs.items()))), 0)
    return found.hexdigest()


def _feed(found: Any, value: Any, depth: int) -> None:
    kind = type(value)
    found.update(f"{kind.__name__}(".encode())
    if isinstance(value, torch.Tensor):
        found.update(f"{value.dtype}{list(value.shape)}".encode())
        found.update(value.detach().contiguous().view(torch.uint8).numpy().tobytes() if value.numel() else b"")
    elif isinstance(value, np.ndarray) and value.dtype.kind == "O":
        _feed(found, value.tolist(), depth + 1)
    elif isinstance(value, np.ndarray):
        found.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
    elif isinstance(value, Mapping):
        for key, item in value.items():
            found.update(repr(key).encode())
            _feed(found, item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _feed(found, item, depth + 1)
    elif hasattr(value, "__dict__") and depth < 20 and not isinstance(value, type | FunctionType):
        _feed(found, vars(value), depth + 1)
    else:
        found.update(repr(value).encode() if kind in (int, float, bool, str, bytes, type(None)) else b"?")
    found.update(b")")


def mapped(value: Any, change: Callable[[torch.Tensor], Any], number: Callable[[Any], Any] | None = None) -> Any:
    """The same value with each tensor in it changed, and each number where that is asked for; objects stay."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if number is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, dict):
        return {key: mapped(item, change, number) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(mapped(item, change, number) for item in value)
    return value


def emptied(value: Any) -> Any:
    """An answer of the right shape with nothing in it."""
    if isinstance(value, torch.Tensor):
        return torch.zeros_like(value)
    if isinstance(value, list | tuple | dict | int | float):
        return False if isinstance(value, bool) else mapped(value, torch.zeros_like, lambda number: type(number)(0))
    return None
