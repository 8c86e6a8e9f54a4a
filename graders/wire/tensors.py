"""How tensors are written and read, with what belongs to them: where they lie, whose they are, gradient and graph.

To the student: a leaf with gradients is a *loan*, the same tensor there in every call. From the student: a leaf of its
own comes as *owned*, with its number and gradient; the output of a graph as *graphed*, with the graph's number.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graders.wire import format as wire
from graders.wire.arrays import build_tensor, checked_size, libraries, tensor_bytes
from graders.wire.format import Graphed, Lent, Owned, Placed, WireError
from graders.wire.own import own_builtins

if TYPE_CHECKING:
    from graders.wire.decoding import Decoder
    from graders.wire.encoding import Encoder

own_builtins(globals())

_u32 = struct.Struct("<I").pack
_i64 = struct.Struct("<q")
_head = struct.Struct("<BBB").pack
NOTE = "_student_device"
_DEVICES = ("cpu", "cuda", "meta", "mps", "xpu", "mkldnn", "hpu", "xla", "vulkan")


# writing


def write_tensor(encoder: Encoder, value: Any, depth: int) -> None:
    _write(encoder, value, wire.TENSOR_REQUIRES_GRAD if encoder.track and value.requires_grad else 0, depth)


def write_parameter(encoder: Encoder, value: Any, depth: int) -> None:
    _write(encoder, value, wire.TENSOR_PARAMETER | (wire.TENSOR_REQUIRES_GRAD if value.requires_grad else 0), depth)


def _write(encoder: Encoder, value: Any, flags: int, depth: int) -> None:
    if encoder.is_shared(value):
        return
    if encoder.owned is not None and (number := encoder.owned(value)) is not None:
        encoder.out += wire.OWNED + _u32(number)
        return
    if encoder.lend is not None and (number := encoder.lend(value)) is not None:
        encoder.out += wire.LENT + _u32(number)
        _write_values(encoder, value, flags)
        encoder.put(value.grad, depth + 1)
        return
    if encoder.track and flags & wire.TENSOR_REQUIRES_GRAD and not value.is_leaf:
        flags |= wire.TENSOR_HAS_HISTORY
    living = None
    if encoder.living is not None and (value.requires_grad or flags & wire.TENSOR_PARAMETER):
        living = encoder.living(value)
    if living is None:
        _write_values(encoder, value, flags)
    elif type(living) is Owned:
        encoder.out += wire.OWNED + _u32(living.number)
        _write_values(encoder, value, flags | (wire.TENSOR_REQUIRES_GRAD if value.requires_grad else 0))
        encoder.put(living.grad, depth + 1)
    elif type(living) is Lent:
        encoder.out += wire.LENT + _u32(living.number)
    else:
        encoder.out += wire.GRAPHED + _u32(living.number) + _u32(living.index)
        _write_values(encoder, living.tensor, 0)


def _write_values(encoder: Encoder, value: Any, flags: int) -> None:
    if not value.is_cpu:
        _place(encoder, value.device)
    write_array(encoder, wire.TENSOR, flags, tensor_bytes(value, encoder.limit - len(encoder.out)))


def write_array(encoder: Encoder, tag: bytes, flags: int, described: tuple[int, tuple[int, ...], Any]) -> None:
    code, shape, data = described
    encoder.out += tag + _head(code, flags, len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
    encoder.out += data


def write_placed(encoder: Encoder, value: Placed, depth: int) -> None:
    _place(encoder, value.device)
    hooks = encoder.lend, encoder.owned
    encoder.lend = encoder.owned = None  # what is made on a device over there is another tensor in each call
    encoder.put(value.tensor, depth + 1)
    encoder.lend, encoder.owned = hooks


def _place(encoder: Encoder, device: Any) -> None:
    """Before a tensor: where it lies. Its values come from there."""
    encoder.out += wire.PLACED
    write_device(encoder, device)


def write_device(encoder: Encoder, value: Any) -> None:
    name = str(value.type).encode()
    encoder.out += wire.STR + _u32(len(name)) + name + _i64.pack(-1 if value.index is None else value.index)


# reading


def read_device(decoder: Decoder, _: int) -> Any:
    kind, torch = decoder.text(wire.MAX_NAME), libraries().torch
    (index,) = _i64.unpack(decoder.take(8))
    if torch is None or kind not in _DEVICES or not -1 <= index < 128:
        raise WireError("not a torch.device")
    return torch.device(kind) if index < 0 else torch.device(kind, index)


def read_placed(decoder: Decoder, depth: int) -> Any:
    """A tensor with the device that it lay on, or is to lie on. Nothing is made on a device but by who asked for it."""
    device, known = read_device(decoder, 0), len(decoder.tracked or ())
    if decoder.data[decoder.position] not in (wire.TENSOR[0], wire.SHARED[0]):
        raise WireError("only a tensor lies on a device")
    tensor, lib = decoder.value(depth + 1), libraries()
    if not _is_tensor(tensor):
        raise WireError("only a tensor lies on a device")
    if not decoder.moves:
        setattr(tensor, NOTE, device)
        return tensor
    if tensor.device.type == device.type and device.index in (None, tensor.device.index):  # named again
        return tensor
    with lib.torch.no_grad():
        moved = tensor.detach().to(device).requires_grad_(tensor.requires_grad)
    if decoder.tracked is not None and len(decoder.tracked) > known:
        decoder.tracked[-1] = replace(decoder.tracked[-1], value=moved, leaf=None)
    return moved


def read_array_parts(decoder: Decoder) -> tuple[int, int, tuple[int, ...], int, bytearray]:
    """dtype code, flags, shape, where the bytes lie, the bytes."""
    code, flags, ndim = struct.unpack("<BBB", decoder.take(3))
    if ndim > wire.MAX_DIMS:
        raise WireError("an array has too many dimensions")
    shape = struct.unpack(f"<{ndim}Q", decoder.take(8 * ndim))
    size = checked_size(code, shape)
    start = decoder.position
    return code, flags, shape, start, bytearray(decoder.take(size))


def read_tensor(decoder: Decoder, _: int) -> Any:
    tensor, start, history = _read_values(decoder)
    if not history:
        return decoder.track(tensor, start)
    with libraries().torch.enable_grad():
        return decoder.track(tensor.clone(), start, leaf=tensor)


def _read_values(decoder: Decoder) -> tuple[Any, int, bool]:
    code, flags, shape, start, data = read_array_parts(decoder)
    tensor, lib = build_tensor(code, shape, data), libraries()
    wants_grad, history = bool(flags & wire.TENSOR_REQUIRES_GRAD), bool(flags & wire.TENSOR_HAS_HISTORY)
    if (
        flags > wire.TENSOR_REQUIRES_GRAD | wire.TENSOR_PARAMETER | wire.TENSOR_HAS_HISTORY
        or (wants_grad and not (tensor.is_floating_point() or tensor.is_complex()))
        or (history and (not wants_grad or decoder.tracked is None))
    ):
        raise WireError("a tensor's flags do not fit it")
    if flags & wire.TENSOR_PARAMETER:
        tensor = lib.parameter(tensor, requires_grad=wants_grad)
    elif wants_grad:
        tensor.requires_grad_()
    return tensor, start, history


def read_lent(decoder: Decoder, depth: int) -> Any:
    """A tensor of the test's that is one and the same in all calls: what came before is brought up to date."""
    number = decoder.number()
    if decoder.tracked is None:
        return decoder.resolved(Lent(number))
    if decoder.take(1) != wire.TENSOR:
        raise WireError("a tensor of the test's comes with a test's arguments alone")
    tensor, start, _history = _read_values(decoder)
    known = decoder.lent.get(number)
    if known is not None and type(known) is type(tensor):
        if _fits(known, tensor):
            known.data.copy_(tensor.data)
        else:
            known.data = tensor.data
        tensor = known.requires_grad_(tensor.requires_grad)
    decoder.lent[number] = decoder.track(tensor, start)
    before = len(decoder.tracked)
    grad = decoder.value(depth + 1)
    if not (grad is None or (_is_tensor(grad) and grad is not tensor and _fits(tensor, grad))):
        raise WireError("a gradient is a tensor like its own")
    if grad is not None and len(decoder.tracked) > before and tensor.grad is not None and _fits(tensor.grad, grad):
        tensor.grad.data.copy_(grad)
        decoder.tracked[-1] = replace(decoder.tracked[-1], value=tensor.grad)
    else:
        tensor.grad = grad
    return tensor


def _fits(known: Any, tensor: Any) -> bool:
    return bool(known.shape == tensor.shape and known.dtype == tensor.dtype and known.device == tensor.device)


def read_owned(decoder: Decoder, depth: int) -> Any:
    """A leaf of the student's: with what it holds on the way to the test, by its number alone on the way back."""
    number = decoder.number()
    if decoder.tracked is not None:
        return decoder.track(decoder.resolved(Owned(number=number)))
    tensor, grad = _value_of_tensor(decoder, depth), decoder.value(depth + 1)
    if not (grad is None or _is_tensor(grad)):
        raise WireError("a gradient is a tensor")
    return decoder.resolved(Owned(number=number, tensor=tensor, grad=grad))


def read_graphed(decoder: Decoder, depth: int) -> Any:
    number, index, tensor = decoder.number(), decoder.number(), _value_of_tensor(decoder, depth)
    if tensor.requires_grad or not (tensor.is_floating_point() or tensor.is_complex()):
        raise WireError("only a tensor of numbers that have gradients comes of a graph")
    plain = tensor.data  # no view of the bytes, which an autograd function could not give a graph
    if hasattr(tensor, NOTE):
        setattr(plain, NOTE, getattr(tensor, NOTE))
    return decoder.resolved(Graphed(number=number, index=index, tensor=plain))


def _value_of_tensor(decoder: Decoder, depth: int) -> Any:
    if decoder.data[decoder.position] not in (wire.TENSOR[0], wire.PLACED[0]):
        raise WireError("a tensor was expected")
    return decoder.value(depth + 1)


def _is_tensor(value: Any) -> bool:
    lib = libraries()
    return lib.torch is not None and (type(value) is lib.tensor or type(value) is lib.parameter)
