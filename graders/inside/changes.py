"""Which arguments the student's code changed, so that the same change can be made in the test.

Arguments are copies. Containers are compared by the identity of what they hold, arrays by their bytes in the request's
frame; only what differs is sent back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graders.wire import Encoder, Tracked
from graders.wire.arrays import array_bytes, libraries, tensor_bytes
from graders.wire.generators import generator_state, is_generator
from graders.wire.own import own_builtins
from graders.wire.texts import text_bytes

own_builtins(globals())

_NO_LIMIT = 2**62


class Arguments:
    """The mutable arguments of one request, as they were when they came."""

    def __init__(self, frame: bytearray, tracked: Sequence[Tracked]) -> None:
        self._frame, self._tracked = frame, tracked
        self._before = [_snapshot(item) for item in tracked]

    def changed(self, limit: int) -> bytes:
        """What changed, encoded as a list of (number, kind, content ...); b"" for nothing."""
        found = []
        for number, (item, before) in enumerate(zip(self._tracked, self._before, strict=True)):
            entry = self._compare(number, item, before, limit)
            if entry is not None:
                found.append(entry)
        if not found:
            return b""
        encoder = Encoder(limit=limit)
        encoder.shared = {id(item.value): number for number, item in enumerate(self._tracked)}
        encoder.put(tuple(found))
        return bytes(encoder.out)

    def _compare(self, number: int, item: Tracked, before: Any, limit: int) -> tuple[Any, ...] | None:
        value, kind = item.value, type(item.value)
        if kind is list or kind is set:
            same = len(value) == len(before) and all(a is b for a, b in zip(value, before, strict=True))
            return None if same else (number, kind.__name__, kind(value))
        if kind is dict:
            now = tuple(value.items())
            same = len(now) == len(before) and all(
                a is c and b is d for (a, b), (c, d) in zip(now, before, strict=True)
            )
            return None if same else (number, "dict", dict(value))
        lib = libraries()
        if lib.numpy is not None and kind is lib.numpy.ndarray:
            return None if self._same_array(item, before, limit) else (number, "array", value.copy())
        if type(before) is bytes:
            state = generator_state(value)
            return None if state == before else (number, "generator", state)
        return self._compare_tensor(number, item, before, limit)

    def _compare_tensor(self, number: int, item: Tracked, before: Any, limit: int) -> tuple[Any, ...] | None:
        value = item.value
        data = tensor_bytes(value, limit)[2]
        same = (value.dtype, tuple(value.shape)) == (before.dtype, before.shape) and (
            self._same_bytes(item, data) if before.data is None else bytes(data) == before.data
        )
        grad = _grad(value)
        if same and grad is before.grad and value.requires_grad == before.wants_grad:
            return None
        content = None if same else value.detach()  # asking for a gradient changes no value
        told = grad if any(grad is other.value for other in self._tracked) or grad is None else grad.detach()
        return (number, "tensor", content, value.requires_grad, grad is not before.grad, told)

    def _same_array(self, item: Tracked, before: tuple[Any, Any, tuple[Any, ...]], limit: int) -> bool:
        value, (dtype, shape, items) = item.value, before
        if (value.dtype, value.shape) != (dtype, shape):
            return False
        if dtype.kind == "O":
            return all(a is b for a, b in zip(value.flat, items, strict=True))
        return self._same_bytes(item, (text_bytes if dtype.kind in "US" else array_bytes)(value, limit)[2])

    def _same_bytes(self, item: Tracked, data: Any) -> bool:
        return bytes(data) == bytes(memoryview(self._frame)[item.end - len(data) : item.end])


class _Before:
    """A tensor as it came. Its bytes are in the frame, but for one that is the student's own."""

    def __init__(self, item: Tracked) -> None:
        value = item.value
        self.dtype, self.shape, self.wants_grad = value.dtype, tuple(value.shape), value.requires_grad
        self.grad = _grad(value)
        self.data = None if item.end else bytes(tensor_bytes(value, _NO_LIMIT)[2])


def _grad(value: Any) -> Any:
    """What it has collected; where it is no leaf, torch would warn."""
    return value.grad if value.is_leaf or value.retains_grad else None


def _snapshot(item: Tracked) -> Any:
    value, kind = item.value, type(item.value)
    if kind is dict:
        return tuple(value.items())
    if kind is list or kind is set:
        return tuple(value)
    if hasattr(value, "requires_grad"):
        return _Before(item)
    if is_generator(value):
        return generator_state(value)
    return (value.dtype, value.shape, tuple(value.flat) if value.dtype.kind == "O" else ())
