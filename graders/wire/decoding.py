"""Bytes -> value. The bytes may be anything: they decode, or ``WireError`` is raised, in bounded time and memory.

``reading`` has how each type is read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from graders.wire import format as wire
from graders.wire.arrays import libraries
from graders.wire.format import WireError
from graders.wire.own import own_builtins
from graders.wire.reading import READERS
from graders.wire.tensors import NOTE

own_builtins(globals())

_u32 = struct.Struct("<I").unpack_from


@dataclass(frozen=True, slots=True)
class Tracked:
    """A mutable object that came with a request, and where its bytes lie in the frame (containers have none)."""

    value: Any
    start: int = 0
    end: int = 0
    leaf: Any = None  #: of a tensor: what its gradient is collected in


def decode(
    data: bytes | bytearray,
    *,
    resolve: Callable[[Any], Any] | None = None,
    shared: Sequence[Any] = (),
    tracked: list[Tracked] | None = None,
    moves: bool = False,
    lent: MutableMapping[int, Any] | None = None,
) -> Any:
    """Read one value.

    Args:
        data: the value's bytes, all of them.
        resolve: turns a Reference, Library or Probe into what it stands for; without it they are refused.
        shared: objects that the bytes may name by number.
        tracked: where to list the mutable objects, in the order of the bytes; then these may be named by number too.
        moves: put a tensor on the device that is written before it. Else it stays here, and ``device_of`` tells.
        lent: tensors of earlier requests that are still here, by the numbers under which they came; else none is.

    Raises:
        WireError: anything else than exactly one value.
    """
    decoder = Decoder(data, resolve, shared, tracked)
    decoder.moves = moves
    if lent is not None:
        decoder.lent = lent
    try:
        value = decoder.value(0)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise WireError("the bytes end too early, or are no UTF-8") from error
    if decoder.position != len(data):
        raise WireError("bytes are left over after the value")
    return value


class Decoder:
    __slots__ = (
        *("data", "lent", "moves", "nodes", "position", "resolve", "shared", "strong", "tracked", "view", "weak"),
    )

    def __init__(
        self,
        data: bytes | bytearray,
        resolve: Callable[[Any], Any] | None,
        shared: Sequence[Any],
        tracked: list[Tracked] | None,
    ) -> None:
        self.data, self.view, self.position = data, memoryview(data), 0
        self.resolve, self.shared, self.tracked = resolve, shared, tracked
        self.nodes = self.weak = 0
        self.moves, self.strong = False, libraries().strong_keys
        self.lent: MutableMapping[int, Any] = {}

    def value(self, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > wire.MAX_NODES:
            raise WireError("too many values in one frame")
        if depth > wire.MAX_DEPTH:
            raise WireError("values nested too deep")
        tag = self.data[self.position]
        self.position += 1
        reader = READERS.get(tag)
        if reader is None:
            raise WireError(f"unknown tag {tag}")
        return reader(self, depth)

    def take(self, length: int) -> memoryview:
        start = self.position
        if length > len(self.data) - start:
            raise WireError("a length goes beyond the frame")
        self.position = start + length
        return self.view[start : start + length]

    def number(self) -> int:
        (number,) = _u32(self.data, self.position)
        self.position += 4
        return int(number)

    def count(self) -> int:
        """A number of values: each has at least one byte, so more than the bytes left are impossible."""
        count = self.number()
        if count > len(self.data) - self.position or count > wire.MAX_NODES:
            raise WireError("a count goes beyond the frame")
        return count

    def text(self, limit: int | None = None) -> str:
        """A string where nothing but a string may stand."""
        if self.data[self.position] != wire.STR[0]:
            raise WireError("a string was expected")
        self.position += 1
        length = self.number()
        if limit is not None and length > 4 * limit:
            raise WireError("a name is too long")
        return str(self.take(length), "utf-8")

    def texts(self, depth: int) -> tuple[Any, ...]:
        value = self.value(depth)
        if type(value) is not tuple or len(value) > wire.MAX_FIELDS:
            raise WireError("a short tuple was expected")
        return value

    def resolved(self, value: Any) -> Any:
        if self.resolve is None:
            raise WireError(f"a {type(value).__name__} may not come here")
        return self.resolve(value)

    def track(self, value: Any, start: int = 0, *, leaf: Any = None) -> Any:
        if self.tracked is not None:
            self.tracked.append(Tracked(value, start, self.position if start else 0, leaf))
        return value

    def key(self, depth: int) -> Any:
        """A value that a dict or set may hold, whose hashing cannot be made quadratic."""
        value = self.value(depth)
        if type(value) not in self.strong:
            self.weak += 1
            if self.weak > wire.MAX_WEAK_KEYS:
                raise WireError("too many keys of unusual types")
        if type(value) is int and not -(2**63) <= value < 2**63:
            self.weak += 1
        try:
            hash(value)
        except (TypeError, ValueError) as error:  # a span of time without a unit
            raise WireError("a key that cannot be hashed") from error
        return value


def device_of(tensor: Any) -> Any:
    """Where a tensor lay on the other side; where it came from there, by that side's word."""
    return getattr(tensor, NOTE, tensor.device)
