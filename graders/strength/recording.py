"""Inside the sandbox: keeps the calls that the hidden tests make of the solution, so that a mutant can be asked too."""

from __future__ import annotations

import io
import pickle
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import torch

from graders.strength.doors import NAME, Call

MOST_BYTES = 4_000_000  #: of one call; a larger one is not kept
ALL_BYTES = 100_000_000
SLOW = 1.0  #: seconds from which on a call is too slow to be repeated often


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One call, copied before it was made."""

    name: str
    method: str
    data: bytes
    seconds: float  #: how long it took


class Recorder:
    """Keeps some calls of each kind: the first ones, and ever fewer of those that come later."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.lost: set[tuple[str, str]] = set()  #: doors of which a call could not be kept
        self._seen: Counter[Any] = Counter()
        self._bytes = 0

    def __call__(self, call: Call, function: Callable[..., Any]) -> Any:
        data = self._copy(call)
        begun = time.perf_counter()
        try:
            return function(*call.args, **call.kwargs)
        finally:
            if data is not None:
                seconds = time.perf_counter() - begun
                self.kept.append(Kept(name=call.name, method=call.method, data=data, seconds=seconds))

    def _copy(self, call: Call) -> bytes | None:
        kind = (call.name, call.method, _signature((call.args, call.kwargs), 0))
        self._seen[kind] += 1
        count = self._seen[kind]
        if count > 3 and count & (count - 1):  # the fourth, the eighth, the sixteenth ...
            return None
        arguments = call.args[1:] if call.method == "__init__" else call.args
        try:
            data = dumps((arguments, dict(call.kwargs)))
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError, RuntimeError):
            self.lost.add((call.name, call.method))
            return None
        if len(data) > MOST_BYTES or self._bytes > ALL_BYTES:
            self.lost.add((call.name, call.method))
            return None
        self._bytes += len(data)
        return data


def _signature(value: Any, depth: int) -> Any:
    if isinstance(value, torch.Tensor):
        return tuple(value.shape), value.dtype
    if isinstance(value, list | tuple) and depth < 4:
        return tuple(_signature(item, depth + 1) for item in value[:20])
    if isinstance(value, dict) and depth < 4:
        return tuple((key, _signature(item, depth + 1)) for key, item in list(value.items())[:20])
    return value if isinstance(value, bool | int | str | None) and depth < 4 else type(value).__name__


#: Functions of the tests that were given to the solution: both sides get the same ones.
_given: list[FunctionType] = []


class _Pickler(pickle.Pickler):
    """What the solution defines is named, not copied: on the other side stands the mutant's."""

    def persistent_id(self, value: Any) -> str | int | None:
        if isinstance(value, type | FunctionType) and value.__module__ == NAME and "." not in value.__qualname__:
            return value.__qualname__
        if isinstance(value, FunctionType):
            _given.append(value)
            return len(_given) - 1
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, module: ModuleType) -> None:
        super().__init__(io.BytesIO(data))
        self._module = module

    def persistent_load(self, name: str | int) -> Any:
        return _given[name] if isinstance(name, int) else getattr(self._module, name)


def dumps(value: Any) -> bytes:
    out = io.BytesIO()
    _Pickler(out, protocol=5).dump(value)
    return out.getvalue()


def loads(data: bytes, module: ModuleType) -> Any:
    """A copy whose objects belong to a module: the solution, or a mutant of it."""
    return _Unpickler(data, module).load()  # what this process itself has written
