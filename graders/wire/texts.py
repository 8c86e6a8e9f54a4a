"""NumPy's arrays of texts, of bytes and of plain objects, and its single texts.

Texts lie in such an array as code points of four bytes. Whoever sends bytes may claim any number to be one, and NumPy
and Python believe it until something is made of it: so each is looked at before there is an array. Widths are numbers,
never a dtype in words. An object array holds plain values alone, by their own tags, and nothing that would stay behind.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

from graders.wire import format as wire
from graders.wire.arrays import libraries
from graders.wire.format import MAX_DIMS, MAX_NODES, MAX_NUMEL, Unsendable, WireError
from graders.wire.own import own_builtins

if TYPE_CHECKING:
    from graders.wire.decoding import Decoder
    from graders.wire.encoding import Encoder

own_builtins(globals())

MAX_WIDTH = 2**20  #: characters of one item, so that an empty array cannot ask for much later
MAX_ITEMS = 2**20  #: of an array of texts: as a list of Python's they take twenty times the bytes
_HIGHEST = 0x10FFFF
_REPLACEMENT = ord("?")  #: for half a pair, as in any other text
_BYTES, _TEXT = 0, 1
_SIZES = {_BYTES: 1, _TEXT: 4}  #: bytes of one character
_KINDS = {"S": _BYTES, "U": _TEXT}
_head = struct.Struct("<BIB")


def text_bytes(value: Any, limit: int) -> tuple[int, int, Any]:
    """(kind, width, buffer) of an array of texts or of bytes.

    Raises:
        Unsendable: it is too large, or what it holds is no text.
    """
    numpy, kind = libraries().numpy, _KINDS[value.dtype.kind]
    width = max(value.dtype.itemsize // _SIZES[kind], 1)
    too_many = value.ndim > MAX_DIMS or value.size > MAX_ITEMS
    if too_many or width > MAX_WIDTH or value.size * width * _SIZES[kind] > limit:
        raise Unsendable(f"an array of shape {value.shape} and dtype {value.dtype}", key="too-large")
    data = numpy.ascontiguousarray(value, dtype=f"{'<U' if kind else 'S'}{width}").tobytes()
    if kind == _BYTES:
        return kind, width, data
    points = numpy.frombuffer(data, dtype="<u4")
    if _beyond(points):
        raise Unsendable("an array of texts with code points that Unicode does not have", key="code-points")
    halves = _halves(points)
    return kind, width, numpy.where(halves, numpy.uint32(_REPLACEMENT), points).tobytes() if halves.any() else data


def write_texts(encoder: Encoder, value: Any) -> None:
    kind, width, data = text_bytes(value, encoder.limit - len(encoder.out))
    encoder.out += wire.TEXTS + _head.pack(kind, width, value.ndim) + struct.pack(f"<{value.ndim}Q", *value.shape)
    encoder.out += data


def read_texts(decoder: Decoder, _: int) -> Any:
    kind, width, ndim = _head.unpack(decoder.take(_head.size))
    numpy = libraries().numpy
    if numpy is None or kind not in _SIZES or not 0 < width <= MAX_WIDTH:
        raise WireError("not an array of texts")
    shape = _shape(decoder, ndim, width * _SIZES[kind])
    if math.prod(shape) > MAX_ITEMS:
        raise WireError("an array of too many texts")
    start, dtype = decoder.position, numpy.dtype(f"{'<U' if kind else 'S'}{width}")
    data = bytearray(decoder.take(math.prod(shape) * width * _SIZES[kind]))
    if not data:
        return decoder.track(numpy.zeros(shape, dtype), start)
    if kind == _TEXT:
        points = numpy.frombuffer(data, dtype="<u4")
        if _beyond(points) or _halves(points).any():
            raise WireError("an array of texts holds what is no text")
    return decoder.track(numpy.frombuffer(data, dtype=dtype).reshape(shape), start)


def _beyond(points: Any) -> bool:
    return bool(points.size and points.max() > _HIGHEST)


def _halves(points: Any) -> Any:
    """Which code points are halves of a pair, which are no characters."""
    return (points & 0xFFFFF800) == 0xD800


def write_objects(encoder: Encoder, value: Any, depth: int) -> None:
    """The items one by one; a graph, an object of a class or a function has no place among them."""
    if value.ndim > MAX_DIMS or value.size > MAX_NODES:
        raise Unsendable(f"an array of shape {value.shape}", key="too-large")
    encoder.out += wire.OBJECTS + bytes([value.ndim]) + struct.pack(f"<{value.ndim}Q", *value.shape)
    hooks = encoder.fallback, encoder.lend, encoder.owned, encoder.living
    encoder.fallback, encoder.lend, encoder.owned, encoder.living = _refused, None, None, None
    for item in value.flat:
        encoder.put(item, depth + 1)
    encoder.fallback, encoder.lend, encoder.owned, encoder.living = hooks


def _refused(value: object) -> object:
    raise Unsendable(f"an array of objects that holds a {type(value).__name__}: send a list of them", key="objects")


def read_objects(decoder: Decoder, depth: int) -> Any:
    shape, numpy = _shape(decoder, decoder.take(1)[0], 8), libraries().numpy
    count = math.prod(shape)
    if numpy is None or count > len(decoder.data) - decoder.position or count > MAX_NODES:
        raise WireError("a count goes beyond the frame")
    flat = numpy.empty(count, dtype=object)
    value = decoder.track(flat.reshape(shape))
    resolve, decoder.resolve = decoder.resolve, None
    for place in range(count):
        flat[place] = decoder.value(depth + 1)
    decoder.resolve = resolve
    return value


def _shape(decoder: Decoder, ndim: int, itemsize: int) -> tuple[int, ...]:
    if ndim > MAX_DIMS:
        raise WireError("an array has too many dimensions")
    shape: tuple[int, ...] = struct.unpack(f"<{ndim}Q", decoder.take(8 * ndim))
    if math.prod(max(size, 1) for size in shape) * itemsize > MAX_NUMEL:
        raise WireError("the sizes of an array are too large")
    return shape


def write_word(encoder: Encoder, value: Any, depth: int) -> None:
    """``numpy.str_`` or ``numpy.bytes_``: the tag, then the text itself."""
    encoder.out += wire.WORD
    encoder.put(str(value) if isinstance(value, str) else bytes(value), depth + 1)


def read_word(decoder: Decoder, depth: int) -> Any:
    numpy = libraries().numpy
    if numpy is None or decoder.data[decoder.position] not in (wire.STR[0], wire.BYTES[0]):
        raise WireError("a text was expected")
    text = decoder.value(depth + 1)
    return numpy.str_(text) if type(text) is str else numpy.bytes_(text)
