"""Generators of random numbers, by their state: torch's, NumPy's two, and Python's own.

What the student's process says of one is a state of the right kind and exact size, or nothing. No class is named on the
wire: a byte is a place in ``_KINDS``.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graders.wire import format as wire
from graders.wire.arrays import libraries
from graders.wire.format import Unsendable, WireError
from graders.wire.own import own_builtins

if TYPE_CHECKING:
    from graders.wire.decoding import Decoder
    from graders.wire.encoding import Encoder

own_builtins(globals())

_u32 = struct.Struct("<I").pack
_mersenne = struct.Struct("<624IIBd")  #: words, place among them, whether a normal number is left over, and which
_permuted = struct.Struct("<16s16sBI")  #: state, increment, whether half a draw is left over, and which
_MAX_STATE = 64 * 1024


@dataclass(frozen=True)
class _Kind:
    make: Callable[[], Any]
    state: Callable[[Any], bytes]
    restore: Callable[[Any, bytes], None]


def generator_state(generator: Any) -> bytes:
    """What a generator will draw from, after the byte that says of which kind it is.

    Raises:
        Unsendable: it is of no kind that is known here.
    """
    code = _code(generator)
    if code is None:
        raise Unsendable(
            f"a {type(generator).__name__} over a {type(getattr(generator, 'bit_generator', None)).__name__}"
        )
    return bytes([code]) + _KINDS[code].state(generator)


def set_generator_state(generator: Any, state: bytes | memoryview) -> None:
    """Have a generator draw from this.

    Raises:
        WireError: it is no state of a generator of its kind.
    """
    state = bytes(state)
    if not state or state[0] != _code(generator) or len(state) > _MAX_STATE:
        raise WireError("the state of another kind of generator")
    try:
        _KINDS[state[0]].restore(generator, state[1:])
    except (RuntimeError, ValueError, TypeError, OverflowError, struct.error) as error:
        raise WireError(f"no state of a generator: {error}") from None


def is_generator(value: Any) -> bool:
    """Whether it is one that travels."""
    return _code(value) is not None


def write_generator(encoder: Encoder, value: Any, _: int) -> None:
    if not encoder.is_shared(value):
        state = generator_state(value)
        encoder.out += wire.GENERATOR + _u32(len(state)) + state


def read_generator(decoder: Decoder, _: int) -> Any:
    state = bytes(decoder.take(decoder.number()))
    if decoder.tracked is None or not state or state[0] >= len(_KINDS):
        raise WireError("a generator comes with a test's arguments alone")
    lib = libraries()
    if (lib.torch if state[0] == _TORCH else lib.numpy) is None and state[0] != _PYTHON:
        raise WireError("a generator of a library that is not here")
    generator = _KINDS[state[0]].make()
    set_generator_state(generator, state)
    return decoder.track(generator)


def _code(generator: Any) -> int | None:
    lib, kind = libraries(), type(generator)
    if lib.torch is not None and kind is lib.torch.Generator:
        return _TORCH
    if kind is random.Random:
        return _PYTHON
    if lib.numpy is not None and kind is lib.numpy.random.Generator:
        return _PERMUTED if type(generator.bit_generator) is lib.numpy.random.PCG64 else None
    if lib.numpy is not None and kind is lib.numpy.random.RandomState:
        return _LEGACY if type(generator._bit_generator) is lib.numpy.random.MT19937 else None
    return None


def _torch_state(generator: Any) -> bytes:
    return bytes(generator.get_state().numpy())


def _set_torch(generator: Any, state: bytes) -> None:
    torch = libraries().torch
    generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))


def _permuted_state(generator: Any) -> bytes:
    told = generator.bit_generator.state
    numbers = (told["state"][name].to_bytes(16, "little") for name in ("state", "inc"))
    return _permuted.pack(*numbers, told["has_uint32"], told["uinteger"])


def _set_permuted(generator: Any, state: bytes) -> None:
    number, increment, has_half, half = _permuted.unpack(state)
    if has_half > 1 or not increment[0] & 1:  # an even increment would repeat itself early
        raise ValueError("no state of a PCG64")
    numbers = {"state": int.from_bytes(number, "little"), "inc": int.from_bytes(increment, "little")}
    told = {"bit_generator": "PCG64", "state": numbers, "has_uint32": has_half, "uinteger": half}
    generator.bit_generator.state = told


def _legacy_state(generator: Any) -> bytes:
    told = generator.get_state(legacy=False)
    words, place = told["state"]["key"].tolist(), told["state"]["pos"]
    return _mersenne.pack(*words, place, told["has_gauss"], told["gauss"])


def _set_legacy(generator: Any, state: bytes) -> None:
    *words, place, has_normal, normal = _unpacked(state)
    generator.set_state(("MT19937", words, place, has_normal, normal))


def _python_state(generator: Any) -> bytes:
    _version, words, normal = random.Random.getstate(generator)  # whatever was set on this one
    return _mersenne.pack(*words, normal is not None, 0.0 if normal is None else normal)


def _set_python(generator: Any, state: bytes) -> None:
    *words, has_normal, normal = _unpacked(state)
    random.Random.setstate(generator, (3, tuple(words), normal if has_normal else None))


def _unpacked(state: bytes) -> tuple[Any, ...]:
    """Of a Mersenne twister, whose place beyond its words would have it read foreign memory."""
    found = _mersenne.unpack(state)
    if found[624] > 624 or found[625] > 1:
        raise ValueError("no state of a Mersenne twister")
    return found


_TORCH, _PERMUTED, _LEGACY, _PYTHON = range(4)
#: The place in this list is the code on the wire: append only.
_KINDS = (
    _Kind(lambda: libraries().torch.Generator(), _torch_state, _set_torch),
    _Kind(lambda: libraries().numpy.random.default_rng(0), _permuted_state, _set_permuted),
    _Kind(lambda: libraries().numpy.random.RandomState(0), _legacy_state, _set_legacy),
    _Kind(lambda: random.Random(0), _python_state, _set_python),  # noqa: S311 -- the test's, not for secrets
)
