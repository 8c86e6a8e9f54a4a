"""How each type of value is written. Types are checked by identity: no method of a foreign object is ever called."""

from __future__ import annotations

import random
import struct
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from graders.wire import format as wire
from graders.wire.arrays import array_bytes, libraries, plain_tensor
from graders.wire.format import Library, Loan, Named, Placed, Probe, Reference, Unsendable
from graders.wire.generators import is_generator, write_generator
from graders.wire.own import own_builtins
from graders.wire.tensors import (
    write_array,
    write_device,
    write_parameter,
    write_placed,
    write_tensor,
)
from graders.wire.texts import write_objects, write_texts, write_word

if TYPE_CHECKING:
    from graders.wire.encoding import Encoder

own_builtins(globals())

_u32 = struct.Struct("<I").pack
_i64 = struct.Struct("<q").pack
_f64 = struct.Struct("<d").pack
_c128 = struct.Struct("<dd").pack
_name_of = type.__dict__["__name__"].__get__  # whatever a metaclass says
PACK_FROM = 8

Writer = Callable[["Encoder", Any, int], None]


def refuse(value: object) -> object:
    """The default for what is no plain value."""
    raise Unsendable(f"a value of type {type(value).__name__} cannot be sent")


def _none(encoder: Encoder, _: None, __: int) -> None:
    encoder.out += wire.NONE


def _bool(encoder: Encoder, value: bool, _: int) -> None:  # noqa: FBT001 -- the value itself
    encoder.out += wire.TRUE if value else wire.FALSE


def _int(encoder: Encoder, value: int, _: int) -> None:
    if -(2**63) <= value < 2**63:
        encoder.out += wire.INT + _i64(value)
        return
    length = value.bit_length() // 8 + 1
    if length > wire.MAX_INT_BYTES:
        raise Unsendable(f"an integer of {value.bit_length()} bits", key="too-large")
    encoder.out += wire.LONG + _u32(length) + value.to_bytes(length, "little", signed=True)


def _float(encoder: Encoder, value: float, _: int) -> None:
    encoder.out += wire.FLOAT + _f64(value)


def _complex(encoder: Encoder, value: complex, _: int) -> None:
    encoder.out += wire.COMPLEX + _c128(value.real, value.imag)


def _str(encoder: Encoder, value: str, _: int) -> None:
    try:
        data = value.encode()
    except UnicodeEncodeError:
        data = value.encode("utf-8", "replace")
    _block(encoder, wire.STR, data)


def _bytes(encoder: Encoder, value: bytes, _: int) -> None:
    _block(encoder, wire.BYTES, value)


def _block(encoder: Encoder, tag: bytes, data: bytes) -> None:
    if len(data) + len(encoder.out) > encoder.limit:
        raise Unsendable("a value that is too large", key="too-large")
    encoder.out += tag + _u32(len(data))
    encoder.out += data


def _list(encoder: Encoder, value: list[Any], depth: int) -> None:
    if encoder.is_shared(value):
        return
    if len(value) >= PACK_FROM and _packed(encoder, value):
        return
    encoder.out += wire.LIST + _u32(len(value))
    for item in list(value):
        encoder.put(item, depth + 1)


def _packed(encoder: Encoder, value: list[Any]) -> bool:
    """A list of floats only, or of integers only, as one block: long histories and token lists are common."""
    kind = type(value[0])
    if kind not in (int, float) or any(type(item) is not kind for item in value):
        return False
    try:
        numbers = array("d" if kind is float else "q", value)
    except OverflowError:
        return False
    encoder.nodes += len(value) // 4
    _block(encoder, wire.FLOATS if kind is float else wire.INTS, numbers.tobytes())
    return True


def _sequence(tag: bytes) -> Writer:
    def write(encoder: Encoder, value: Any, depth: int) -> None:
        items = tuple(value)
        encoder.out += tag + _u32(len(items))
        for item in items:
            encoder.put(item, depth + 1)

    return write


def _members(tag: bytes) -> Writer:
    def write(encoder: Encoder, value: Any, depth: int) -> None:
        items = tuple(value)
        encoder.out += tag + _u32(len(items))
        for item in items:
            encoder.put_key(item, depth + 1)

    return write


def _set(encoder: Encoder, value: set[Any], depth: int) -> None:
    if not encoder.is_shared(value):
        _members(wire.SET)(encoder, value, depth)


def _dict(encoder: Encoder, value: dict[Any, Any], depth: int) -> None:
    if encoder.is_shared(value):
        return
    items = list(dict.items(value))
    encoder.out += wire.DICT + _u32(len(items))
    for key, item in items:
        encoder.put_key(key, depth + 1)
        encoder.put(item, depth + 1)


def _slice(encoder: Encoder, value: slice, depth: int) -> None:
    encoder.out += wire.SLICE
    for part in (value.start, value.stop, value.step):
        encoder.put(part, depth + 1)


def _ellipsis(encoder: Encoder, _: EllipsisType, __: int) -> None:
    encoder.out += wire.ELLIPSIS


def _named(encoder: Encoder, fields: tuple[str, ...], value: tuple[Any, ...], depth: int, name: str) -> None:
    encoder.out += wire.NAMED + _u32(len(value))
    _str(encoder, name[: wire.MAX_NAME], depth)
    for field in fields:
        _str(encoder, field, depth)
    for item in tuple.__iter__(value):
        encoder.put(item, depth + 1)


def _own_named(encoder: Encoder, value: Named, depth: int) -> None:
    _named(encoder, value._fields, value, depth, value._name)


def _reference(encoder: Encoder, value: Reference, depth: int) -> None:
    encoder.out += wire.REFERENCE + _u32(value.number)
    _str(encoder, value.type_name[: wire.MAX_NAME], depth)
    _sequence(wire.TUPLE)(encoder, value.claims, depth)


def _library(encoder: Encoder, value: Library, depth: int) -> None:
    encoder.out += wire.LIBRARY
    _str(encoder, value.name, depth)


def _probe(encoder: Encoder, value: Probe, depth: int) -> None:
    encoder.out += wire.PROBE
    _str(encoder, value.name, depth)
    _str(encoder, value.source, depth)
    _sequence(wire.TUPLE)(encoder, value.names, depth)


def _loan(encoder: Encoder, value: Loan, depth: int) -> None:
    encoder.out += wire.LOAN + _u32(value.number)
    _str(encoder, value.kind, depth)
    for names in (value.calls, value.reads):
        _sequence(wire.TUPLE)(encoder, names, depth)


def _size(encoder: Encoder, value: Any, _: int) -> None:
    _block(encoder, wire.SIZE, struct.pack(f"<{len(value)}q", *value))


def _dtype(encoder: Encoder, value: Any, depth: int) -> None:
    encoder.out += wire.DTYPE
    _str(encoder, str(value)[6:], depth)


def _device(encoder: Encoder, value: Any, _: int) -> None:
    encoder.out += wire.DEVICE
    write_device(encoder, value)


def _generator(encoder: Encoder, value: Any, depth: int) -> None:
    """By its state on the way to the student, where it is of a kind that has one here; the student's own stay there."""
    (write_generator if encoder.track and is_generator(value) else other)(encoder, value, depth)


def _ndarray(encoder: Encoder, value: Any, depth: int) -> None:
    if encoder.is_shared(value):
        return
    kind = value.dtype.kind
    if kind in "US":
        write_texts(encoder, value)
    elif kind == "O":
        write_objects(encoder, value, depth)
    else:
        write_array(encoder, wire.ARRAY, 0, array_bytes(value, encoder.limit - len(encoder.out)))


def _scalar(encoder: Encoder, value: Any, _: int) -> None:
    write_array(encoder, wire.SCALAR, 0, array_bytes(libraries().numpy.asarray(value), encoder.limit))


def other(encoder: Encoder, value: Any, depth: int) -> None:
    """Named tuples and tensor subclasses by value, everything else as the fallback says."""
    kind = type(value)
    if any(base is tuple for base in type.mro(kind)):
        fields = _field_names(kind)
        if fields is not None and len(fields) == tuple.__len__(value):
            _named(encoder, fields, value, depth, str(_name_of(kind)))
            return
    plain = plain_tensor(value)
    if plain is not None:
        write_tensor(encoder, plain, depth)
        return
    if encoder.in_key and not encoder.track:  # an object that stays here has no hash on the other side
        refuse(value)
    replaced = encoder.fallback(value)
    writer = WRITERS.get(id(type(replaced)))
    if writer is None:
        refuse(value)
    else:
        writer(encoder, replaced, depth)


def _field_names(kind: type) -> tuple[str, ...] | None:
    """Field names of a named tuple class, or of a C one such as torch.return_types.max."""
    for base in type.mro(kind):
        fields = vars(base).get("_fields", vars(base).get("__match_args__"))
        if fields is None:
            continue
        if type(fields) is tuple and len(fields) <= wire.MAX_FIELDS and all(type(name) is str for name in fields):
            return fields
        return None
    return None


WRITERS: dict[int, Writer] = {
    id(kind): writer
    for kind, writer in (
        (type(None), _none),
        (bool, _bool),
        (int, _int),
        (float, _float),
        (complex, _complex),
        (str, _str),
        (bytes, _bytes),
        (list, _list),
        (tuple, _sequence(wire.TUPLE)),
        (dict, _dict),
        (OrderedDict, _dict),
        (defaultdict, _dict),
        (Counter, _dict),
        (set, _set),
        (frozenset, _members(wire.FROZENSET)),
        (slice, _slice),
        (EllipsisType, _ellipsis),
        (Named, _own_named),
        (Placed, write_placed),
        (Reference, _reference),
        (Library, _library),
        (Probe, _probe),
        (Loan, _loan),
        (random.Random, _generator),
    )
}


def bind() -> None:
    """Learn the types of torch and NumPy, once they are imported."""
    lib = libraries()
    if lib.torch is not None and id(lib.tensor) not in WRITERS:
        torch = lib.torch
        for kind, writer in (
            (torch.Tensor, write_tensor),
            (torch.nn.Parameter, write_parameter),
            (torch.Size, _size),
            (torch.dtype, _dtype),
            (torch.device, _device),
            (torch.Generator, _generator),
        ):
            WRITERS[id(kind)] = writer
    if lib.numpy is not None and id(lib.numpy.ndarray) not in WRITERS:
        WRITERS[id(lib.numpy.ndarray)] = _ndarray
        WRITERS.update({id(dtype.type): _scalar for dtype in lib.numpy_dtypes if dtype is not None})
        WRITERS[id(lib.numpy.str_)] = WRITERS[id(lib.numpy.bytes_)] = write_word
        WRITERS[id(lib.numpy.random.Generator)] = WRITERS[id(lib.numpy.random.RandomState)] = _generator
