"""Bytes -> value. The bytes may be anything: they decode, or ``WireError`` is raised, in bounded time and memory."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graders.wire import format as wire
from graders.wire.arrays import build_array, build_tensor, checked_size, libraries
from graders.wire.format import Library, Named, Probe, Reference, WireError
from graders.wire.own import own_builtins

own_builtins(globals())

_u32 = struct.Struct("<I").unpack_from
_i64 = struct.Struct("<q").unpack_from
_f64 = struct.Struct("<d").unpack_from
_c128 = struct.Struct("<dd").unpack_from
_NOTE = "_student_device"
_DEVICES = ("cpu", "cuda", "meta", "mps", "xpu", "mkldnn", "hpu", "xla", "vulkan")

Reader = Callable[["_Decoder", int], Any]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A mutable object that came with a request, and where its bytes lie in the frame (containers have none)."""

    value: Any
    start: int = 0
    end: int = 0


def decode(
    data: bytes | bytearray,
    *,
    resolve: Callable[[Any], Any] | None = None,
    shared: Sequence[Any] = (),
    tracked: list[Tracked] | None = None,
    moves: bool = False,
) -> Any:
    """Read one value.

    Args:
        data: the value's bytes, all of them.
        resolve: turns a Reference, Library or Probe into what it stands for; without it they are refused.
        shared: objects that the bytes may name by number.
        tracked: where to list the mutable objects, in the order of the bytes; then these may be named by number too.
        moves: put a tensor on the device that is written before it. Else it stays here, and ``device_of`` tells.

    Raises:
        WireError: anything else than exactly one value.
    """
    decoder = _Decoder(data, resolve, shared, tracked)
    decoder.moves = moves
    try:
        value = decoder.value(0)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise WireError("the bytes end too early, or are no UTF-8") from error
    if decoder.position != len(data):
        raise WireError("bytes are left over after the value")
    return value


class _Decoder:
    __slots__ = ("data", "moves", "nodes", "position", "resolve", "shared", "tracked", "view", "weak")

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
        self.moves = False

    def value(self, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > wire.MAX_NODES:
            raise WireError("too many values in one frame")
        if depth > wire.MAX_DEPTH:
            raise WireError("values nested too deep")
        tag = self.data[self.position]
        self.position += 1
        reader = _READERS.get(tag)
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

    def track(self, value: Any, start: int = 0) -> Any:
        if self.tracked is not None:
            self.tracked.append(Tracked(value, start, self.position if start else 0))
        return value

    def key(self, depth: int) -> Any:
        """A value that a dict or set may hold, whose hashing cannot be made quadratic."""
        value = self.value(depth)
        if type(value) not in wire.STRONG_KEYS:
            self.weak += 1
            if self.weak > wire.MAX_WEAK_KEYS:
                raise WireError("too many keys of unusual types")
        if type(value) is int and not -(2**63) <= value < 2**63:
            self.weak += 1
        try:
            hash(value)
        except TypeError as error:
            raise WireError("a key that cannot be hashed") from error
        return value


def _long(decoder: _Decoder, _: int) -> int:
    length = decoder.number()
    if length > wire.MAX_INT_BYTES:
        raise WireError("an integer is too long")
    return int.from_bytes(decoder.take(length), "little", signed=True)


def _int(decoder: _Decoder, _: int) -> int:
    (value,) = _i64(decoder.data, decoder.position)
    decoder.position += 8
    return int(value)


def _float(decoder: _Decoder, _: int) -> float:
    (value,) = _f64(decoder.data, decoder.position)
    decoder.position += 8
    return float(value)


def _complex(decoder: _Decoder, _: int) -> complex:
    real, imaginary = _c128(decoder.data, decoder.position)
    decoder.position += 16
    return complex(real, imaginary)


def _str(decoder: _Decoder, _: int) -> str:
    return str(decoder.take(decoder.number()), "utf-8")


def _bytes(decoder: _Decoder, _: int) -> bytes:
    return bytes(decoder.take(decoder.number()))


def _items(decoder: _Decoder, depth: int) -> list[Any]:
    return [decoder.value(depth + 1) for _ in range(decoder.count())]


def _list(decoder: _Decoder, depth: int) -> list[Any]:
    value: list[Any] = decoder.track([])  # known before its items, as where it was written
    value.extend(_items(decoder, depth))
    return value


def _tuple(decoder: _Decoder, depth: int) -> tuple[Any, ...]:
    return tuple(_items(decoder, depth))


def _packed(kind: str) -> Reader:
    def read(decoder: _Decoder, _: int) -> list[Any]:
        data = decoder.take(decoder.number())
        if len(data) % 8:
            raise WireError("packed numbers have eight bytes each")
        decoder.nodes += len(data) // 32
        if decoder.nodes > wire.MAX_NODES:
            raise WireError("too many values in one frame")
        numbers = array(kind)
        numbers.frombytes(data)
        value: list[Any] = decoder.track(numbers.tolist())
        return value

    return read


def _set(decoder: _Decoder, depth: int) -> set[Any]:
    value: set[Any] = decoder.track(set())
    for _ in range(decoder.count()):
        value.add(decoder.key(depth + 1))
    return value


def _frozenset(decoder: _Decoder, depth: int) -> frozenset[Any]:
    return frozenset([decoder.key(depth + 1) for _ in range(decoder.count())])


def _dict(decoder: _Decoder, depth: int) -> dict[Any, Any]:
    value: dict[Any, Any] = decoder.track({})
    for _ in range(decoder.count()):
        key = decoder.key(depth + 1)
        value[key] = decoder.value(depth + 1)
    return value


def _named(decoder: _Decoder, depth: int) -> Named:
    count = decoder.count()
    if count > wire.MAX_FIELDS:
        raise WireError("a named tuple has too many fields")
    fields = tuple(decoder.text(wire.MAX_NAME) for _ in range(count))
    if len(set(fields)) != count or not all(name.isidentifier() and not name.startswith("__") for name in fields):
        raise WireError("the fields of a named tuple are no names")
    return Named.build(fields, tuple([decoder.value(depth + 1) for _ in range(count)]))


def _slice(decoder: _Decoder, depth: int) -> slice:
    return slice(*[decoder.value(depth + 1) for _ in range(3)])


def _size(decoder: _Decoder, _: int) -> Any:
    data, torch = decoder.take(decoder.number()), libraries().torch
    if torch is None or len(data) % 8 or len(data) > 8 * wire.MAX_FIELDS:
        raise WireError("not a torch.Size")
    return torch.Size(struct.unpack(f"<{len(data) // 8}q", data))


def _dtype(decoder: _Decoder, _: int) -> Any:
    name = decoder.text(wire.MAX_NAME)
    dtype = libraries().dtype_names.get(name)
    if dtype is None:
        raise WireError("not a torch.dtype")
    return dtype


def _device(decoder: _Decoder, _: int) -> Any:
    kind, torch = decoder.text(wire.MAX_NAME), libraries().torch
    index = _int(decoder, 0)
    if torch is None or kind not in _DEVICES or not -1 <= index < 128:
        raise WireError("not a torch.device")
    return torch.device(kind) if index < 0 else torch.device(kind, index)


def _placed(decoder: _Decoder, depth: int) -> Any:
    """A tensor with the device that it lay on, or is to lie on. Nothing is made on a device but by who asked for it."""
    device, known = _device(decoder, 0), len(decoder.tracked or ())
    if decoder.data[decoder.position] not in (wire.TENSOR[0], wire.SHARED[0]):
        raise WireError("only a tensor lies on a device")
    tensor, lib = decoder.value(depth + 1), libraries()
    if type(tensor) is not lib.tensor and type(tensor) is not lib.parameter:
        raise WireError("only a tensor lies on a device")
    if not decoder.moves:
        setattr(tensor, _NOTE, device)
        return tensor
    if tensor.device.type == device.type and device.index in (None, tensor.device.index):  # named again
        return tensor
    with lib.torch.no_grad():
        moved = tensor.detach().to(device).requires_grad_(tensor.requires_grad)
    if decoder.tracked is not None and len(decoder.tracked) > known:
        decoder.tracked[-1] = replace(decoder.tracked[-1], value=moved)
    return moved


def device_of(tensor: Any) -> Any:
    """Where a tensor lay on the other side; where it came from there, by that side's word."""
    return getattr(tensor, _NOTE, tensor.device)


def _array_parts(decoder: _Decoder) -> tuple[int, int, tuple[int, ...], int, bytearray]:
    code, flags, ndim = struct.unpack("<BBB", decoder.take(3))
    if ndim > wire.MAX_DIMS:
        raise WireError("an array has too many dimensions")
    shape = struct.unpack(f"<{ndim}Q", decoder.take(8 * ndim))
    size = checked_size(code, shape)
    start = decoder.position
    return code, flags, shape, start, bytearray(decoder.take(size))


def _tensor(decoder: _Decoder, _: int) -> Any:
    code, flags, shape, start, data = _array_parts(decoder)
    tensor, lib = build_tensor(code, shape, data), libraries()
    wants_grad = bool(flags & wire.TENSOR_REQUIRES_GRAD)
    if flags > wire.TENSOR_REQUIRES_GRAD | wire.TENSOR_PARAMETER or (
        wants_grad and not (tensor.is_floating_point() or tensor.is_complex())
    ):
        raise WireError("a tensor's flags do not fit it")
    if flags & wire.TENSOR_PARAMETER:
        tensor = lib.parameter(tensor, requires_grad=wants_grad)
    elif wants_grad:
        tensor.requires_grad_()
    return decoder.track(tensor, start)


def _ndarray(decoder: _Decoder, _: int) -> Any:
    code, _flags, shape, start, data = _array_parts(decoder)
    return decoder.track(build_array(code, shape, data), start)


def _scalar(decoder: _Decoder, _: int) -> Any:
    code, _flags, shape, _start, data = _array_parts(decoder)
    if shape:
        raise WireError("a scalar has no dimensions")
    return build_array(code, (), data)[()]


def _reference(decoder: _Decoder, depth: int) -> Any:
    number, type_name, claims = decoder.number(), decoder.text(wire.MAX_NAME), decoder.texts(depth + 1)
    if not all(type(claim) is str for claim in claims):
        raise WireError("claims are strings")
    return decoder.resolved(Reference(number=number, type_name=type_name, claims=claims))


def _library(decoder: _Decoder, _: int) -> Any:
    return decoder.resolved(Library(decoder.text(wire.MAX_NAME)))


def _probe(decoder: _Decoder, depth: int) -> Any:
    name, source, names = decoder.text(wire.MAX_NAME), decoder.text(), decoder.texts(depth + 1)
    return decoder.resolved(Probe(name=name, source=source, names=names))


def _shared(decoder: _Decoder, _: int) -> Any:
    number = decoder.number()
    if decoder.tracked is not None and number < len(decoder.tracked):
        return decoder.tracked[number].value
    if number >= len(decoder.shared):
        raise WireError("an object is named that does not exist")
    return decoder.shared[number]


_READERS: dict[int, Reader] = {
    wire.NONE[0]: lambda _, __: None,
    wire.TRUE[0]: lambda _, __: True,
    wire.FALSE[0]: lambda _, __: False,
    wire.ELLIPSIS[0]: lambda _, __: ...,
    wire.INT[0]: _int,
    wire.LONG[0]: _long,
    wire.FLOAT[0]: _float,
    wire.COMPLEX[0]: _complex,
    wire.STR[0]: _str,
    wire.BYTES[0]: _bytes,
    wire.LIST[0]: _list,
    wire.TUPLE[0]: _tuple,
    wire.INTS[0]: _packed("q"),
    wire.FLOATS[0]: _packed("d"),
    wire.SET[0]: _set,
    wire.FROZENSET[0]: _frozenset,
    wire.DICT[0]: _dict,
    wire.NAMED[0]: _named,
    wire.SLICE[0]: _slice,
    wire.SIZE[0]: _size,
    wire.DTYPE[0]: _dtype,
    wire.DEVICE[0]: _device,
    wire.TENSOR[0]: _tensor,
    wire.PLACED[0]: _placed,
    wire.ARRAY[0]: _ndarray,
    wire.SCALAR[0]: _scalar,
    wire.REFERENCE[0]: _reference,
    wire.LIBRARY[0]: _library,
    wire.PROBE[0]: _probe,
    wire.SHARED[0]: _shared,
}
