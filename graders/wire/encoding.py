"""Value -> bytes: one buffer, its bounds, and what is written once. ``writing`` has how each type is written."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from graders.wire import format as wire
from graders.wire.arrays import libraries
from graders.wire.format import Unsendable
from graders.wire.own import own_builtins
from graders.wire.writing import WRITERS as _WRITERS
from graders.wire.writing import bind, other, refuse

own_builtins(globals())

_u32 = struct.Struct("<I").pack


class Encoder:
    """Writes values into one buffer.

    Args:
        fallback: turns what is no plain value into a wire value (Reference, Library, Probe), or raises Unsendable.
        limit: bytes that the whole frame may have.
        track: write an object that occurs twice once, so that it is one object on the other side too.
    """

    def __init__(
        self,
        *,
        fallback: Callable[[Any], Any] = refuse,
        limit: int = wire.DEFAULT_FRAME_LIMIT,
        track: bool = False,
    ) -> None:
        self.out = bytearray()
        self.fallback, self.limit, self.track = fallback, limit, track
        self.nodes = self.weak = 0
        self.in_key = False
        self.strong = libraries().strong_keys
        self.shared: dict[int, int] = {}  #: id -> number on the other side
        self.tracked: list[Any] = []
        #: of a tensor: the number of the loan that it is, its number among what the student owns, what it is here
        self.lend: Callable[[Any], int | None] | None = None
        self.owned: Callable[[Any], int | None] | None = None
        self.living: Callable[[Any], Any] | None = None
        bind()

    def put(self, value: Any, depth: int = 0) -> None:
        self.nodes += 1
        if self.nodes > wire.MAX_NODES or len(self.out) > self.limit:
            raise Unsendable("a value that is too large", key="too-large")
        if depth > wire.MAX_DEPTH:
            raise Unsendable(f"a value nested more than {wire.MAX_DEPTH} deep", key="too-deep")
        writer = _WRITERS.get(id(type(value)))
        if writer is None:
            other(self, value, depth)
        else:
            writer(self, value, depth)

    def put_key(self, key: Any, depth: int) -> None:
        """A value that a dict or set is to hold on the other side, which refuses what it could not hash there."""
        if type(key) not in self.strong or (type(key) is int and not -(2**63) <= key < 2**63):
            self.weak += 1
            if self.weak > wire.MAX_WEAK_KEYS:
                raise Unsendable("a dict or set with too many unusual keys", key="too-large")
        outer, self.in_key = self.in_key, True
        self.put(key, depth)
        self.in_key = outer

    def is_shared(self, value: Any) -> bool:
        """Write a mutable object that the other side has already as its number; else remember it."""
        number = self.shared.get(id(value))
        if number is not None:
            self.out += wire.SHARED + _u32(number)
            return True
        if self.track:
            self.shared[id(value)] = len(self.tracked)
            self.tracked.append(value)
        return False


def encode(value: Any, *, limit: int = wire.DEFAULT_FRAME_LIMIT) -> bytes:
    """One plain value as bytes."""
    encoder = Encoder(limit=limit)
    encoder.put(value)
    return bytes(encoder.out)
