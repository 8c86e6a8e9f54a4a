"""How each type of value is read: every size is checked before anything of that size exists."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graders.wire import format as wire
from graders.wire.arrays import build_array, libraries
from graders.wire.format import Library, Loan, Named, Probe, Reference, WireError
from graders.wire.generators import read_generator
from graders.wire.own import own_builtins
from graders.wire.tensors import (
    read_array_parts,
    read_device,
    read_graphed,
    read_lent,
    read_owned,
    read_placed,
    read_tensor,
)
from graders.wire.texts import read_objects, read_texts, read_word

if TYPE_CHECKING:
    from graders.wire.decoding import Decoder

own_builtins(globals())

_i64 = struct.Struct("<q").unpack_from
_f64 = struct.Struct("<d").unpack_from
_c128 = struct.Struct("<dd").unpack_from

Reader = Callable[["Decoder", int], Any]


def _long(decoder: Decoder, _: int) -> int:
    length = decoder.number()
    if length > wire.MAX_INT_BYTES:
        raise WireError("an integer is too long")
    return int.from_bytes(decoder.take(length), "little", signed=True)


def _int(decoder: Decoder, _: int) -> int:
    (value,) = _i64(decoder.data, decoder.position)
    decoder.position += 8
    return int(value)


def _float(decoder: Decoder, _: int) -> float:
    (value,) = _f64(decoder.data, decoder.position)
    decoder.position += 8
    return float(value)


def _complex(decoder: Decoder, _: int) -> complex:
    real, imaginary = _c128(decoder.data, decoder.position)
    decoder.position += 16
    return complex(real, imaginary)


def _str(decoder: Decoder, _: int) -> str:
    return str(decoder.take(decoder.number()), "utf-8")


def _bytes(decoder: Decoder, _: int) -> bytes:
    return bytes(decoder.take(decoder.number()))


def _items(decoder: Decoder, depth: int) -> list[Any]:
    return [decoder.value(depth + 1) for _ in range(decoder.count())]


def _list(decoder: Decoder, depth: int) -> list[Any]:
    value: list[Any] = decoder.track([])  # known before its items, as where it was written
    value.extend(_items(decoder, depth))
    return value


def _tuple(decoder: Decoder, depth: int) -> tuple[Any, ...]:
    return tuple(_items(decoder, depth))


def _packed(kind: str) -> Reader:
    def read(decoder: Decoder, _: int) -> list[Any]:
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


def _set(decoder: Decoder, depth: int) -> set[Any]:
    value: set[Any] = decoder.track(set())
    for _ in range(decoder.count()):
        value.add(decoder.key(depth + 1))
    return value


def _frozenset(decoder: Decoder, depth: int) -> frozenset[Any]:
    return frozenset([decoder.key(depth + 1) for _ in range(decoder.count())])


def _dict(decoder: Decoder, depth: int) -> dict[Any, Any]:
    value: dict[Any, Any] = decoder.track({})
    for _ in range(decoder.count()):
        key = decoder.key(depth + 1)
        value[key] = decoder.value(depth + 1)
    return value


def _named(decoder: Decoder, depth: int) -> Named:
    count = decoder.count()
    if count > wire.MAX_FIELDS:
        raise WireError("a named tuple has too many fields")
    kind = decoder.text(wire.MAX_NAME)
    fields = tuple(decoder.text(wire.MAX_NAME) for _ in range(count))
    if len(set(fields)) != count or not all(name.isidentifier() and not name.startswith("__") for name in fields):
        raise WireError("the fields of a named tuple are no names")
    values = tuple([decoder.value(depth + 1) for _ in range(count)])
    return Named.build(fields, values, kind if kind.isidentifier() else "")


def _slice(decoder: Decoder, depth: int) -> slice:
    return slice(*[decoder.value(depth + 1) for _ in range(3)])


def _size(decoder: Decoder, _: int) -> Any:
    data, torch = decoder.take(decoder.number()), libraries().torch
    if torch is None or len(data) % 8 or len(data) > 8 * wire.MAX_FIELDS:
        raise WireError("not a torch.Size")
    return torch.Size(struct.unpack(f"<{len(data) // 8}q", data))


def _dtype(decoder: Decoder, _: int) -> Any:
    name = decoder.text(wire.MAX_NAME)
    dtype = libraries().dtype_names.get(name)
    if dtype is None:
        raise WireError("not a torch.dtype")
    return dtype


def _ndarray(decoder: Decoder, _: int) -> Any:
    code, _flags, shape, start, data = read_array_parts(decoder)
    return decoder.track(build_array(code, shape, data), start)


def _scalar(decoder: Decoder, _: int) -> Any:
    code, _flags, shape, _start, data = read_array_parts(decoder)
    if shape:
        raise WireError("a scalar has no dimensions")
    return build_array(code, (), data)[()]


def _reference(decoder: Decoder, depth: int) -> Any:
    number, type_name, claims = decoder.number(), decoder.text(wire.MAX_NAME), decoder.texts(depth + 1)
    if not all(type(claim) is str for claim in claims):
        raise WireError("claims are strings")
    return decoder.resolved(Reference(number=number, type_name=type_name, claims=claims))


def _library(decoder: Decoder, _: int) -> Any:
    return decoder.resolved(Library(decoder.text(wire.MAX_NAME)))


def _probe(decoder: Decoder, depth: int) -> Any:
    name, source, names = decoder.text(wire.MAX_NAME), decoder.text(), decoder.texts(depth + 1)
    return decoder.resolved(Probe(name=name, source=source, names=names))


def _loan(decoder: Decoder, depth: int) -> Any:
    number, kind = decoder.number(), decoder.text(wire.MAX_NAME)
    calls, reads = decoder.texts(depth + 1), decoder.texts(depth + 1)
    return decoder.resolved(Loan(number=number, kind=kind, calls=calls, reads=reads))


def _shared(decoder: Decoder, _: int) -> Any:
    number = decoder.number()
    if decoder.tracked is not None and number < len(decoder.tracked):
        return decoder.tracked[number].value
    if number >= len(decoder.shared):
        raise WireError("an object is named that does not exist")
    return decoder.shared[number]


READERS: dict[int, Reader] = {
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
    wire.DEVICE[0]: read_device,
    wire.TENSOR[0]: read_tensor,
    wire.PLACED[0]: read_placed,
    wire.ARRAY[0]: _ndarray,
    wire.SCALAR[0]: _scalar,
    wire.REFERENCE[0]: _reference,
    wire.LIBRARY[0]: _library,
    wire.PROBE[0]: _probe,
    wire.LOAN[0]: _loan,
    wire.SHARED[0]: _shared,
    wire.LENT[0]: read_lent,
    wire.OWNED[0]: read_owned,
    wire.GRAPHED[0]: read_graphed,
    wire.GENERATOR[0]: read_generator,
    wire.TEXTS[0]: read_texts,
    wire.OBJECTS[0]: read_objects,
    wire.WORD[0]: read_word,
}
