"""Tensors and arrays to and from raw bytes.

Nothing here imports torch or NumPy: they are taken from ``sys.modules`` when both sides of the border have them, once,
and kept, since a student may clear ``sys.modules`` later. Types are compared by identity: a subclass with hooks of its
own is never asked anything.
"""

from __future__ import annotations

import sys
from typing import Any

from graders.wire.format import MAX_DIMS, MAX_NUMEL, STRONG_KEYS, Unsendable, WireError
from graders.wire.own import own_builtins

own_builtins(globals())

#: Of times, in steps of one; without a unit there is a span of time, and no time but "not a time".
_UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as")
#: The place in this list is the code on the wire: append only. (torch name, NumPy name, bytes)
DTYPES: tuple[tuple[str | None, str | None, int], ...] = (
    ("bool", "bool", 1),
    ("uint8", "uint8", 1),
    ("int8", "int8", 1),
    ("int16", "int16", 2),
    ("int32", "int32", 4),
    ("int64", "int64", 8),
    ("float16", "float16", 2),
    ("float32", "float32", 4),
    ("float64", "float64", 8),
    ("bfloat16", None, 2),
    ("complex64", "complex64", 8),
    ("complex128", "complex128", 16),
    ("uint16", "uint16", 2),
    ("uint32", "uint32", 4),
    ("uint64", "uint64", 8),
    ("complex32", None, 4),
    *((None, f"{kind}[{unit}]", 8) for kind in ("datetime64", "timedelta64") for unit in _UNITS),
    (None, "timedelta64", 8),
)
BOOL = 0


class Libraries:
    """torch and NumPy as they were when the border was set up, with their dtype tables."""

    def __init__(self, torch: Any, numpy: Any) -> None:
        self.torch, self.numpy = torch, numpy
        self.torch_dtypes = [getattr(torch, name) if torch and name else None for name, _, _ in DTYPES]
        self.numpy_dtypes = [numpy.dtype(name) if numpy and name else None for _, name, _ in DTYPES]
        self.no_time = numpy.dtype("datetime64") if numpy else None
        self.torch_codes = {dtype: code for code, dtype in enumerate(self.torch_dtypes) if dtype is not None}
        self.numpy_codes = {dtype: code for code, dtype in enumerate(self.numpy_dtypes) if dtype is not None}
        #: types of keys whose hashes nobody can choose
        self.strong_keys = (*STRONG_KEYS, *((numpy.str_, numpy.bytes_) if numpy else ()))
        #: every dtype has a name that may be sent, also those whose tensors may not
        self.dtype_names: dict[str, Any] = {}
        if torch:
            named = ((name, getattr(torch, name)) for name in dir(torch))
            self.dtype_names = {str(value)[6:]: value for _, value in named if type(value) is torch.dtype}
            self.tensor, self.parameter = torch.Tensor, torch.nn.Parameter
            self.strided, self.no_function = torch.strided, torch._C.DisableTorchFunctionSubclass
            self.plain_dispatch = torch.Tensor.__torch_dispatch__
            self.is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor


_bound: Libraries | None = None


def libraries() -> Libraries:
    """torch and NumPy, if they are imported."""
    global _bound
    if _bound is None or (_bound.torch is None and "torch" in sys.modules):
        torch = sys.modules.get("torch")
        _bound = Libraries(torch if hasattr(torch, "nn") else None, sys.modules.get("numpy"))
    return _bound


def tensor_bytes(value: Any, limit: int) -> tuple[int, tuple[int, ...], Any]:
    """(dtype code, shape, buffer) of a dense tensor, wherever it lies and however it is strided.

    Raises:
        Unsendable: it has no bytes to send (meta, sparse, quantized, freed), or more than the limit.
    """
    lib = libraries()
    with lib.no_function():
        if lib.is_wrapped(value):
            raise Unsendable("a tensor inside torch.func or vmap; use torch.autograd.grad, or a probe", key="wrapped")
        if value.layout is not lib.strided or value.is_nested:
            raise Unsendable(f"a tensor with layout {value.layout}; convert it with to_dense() first", key="not-dense")
        if value.is_quantized:
            raise Unsendable("a quantized tensor; call dequantize() first", key="quantized")
        if value.is_meta:
            raise Unsendable(
                "a tensor on the meta device, which has no values: use it in a probe, student.run", key="meta"
            )
        code = lib.torch_codes.get(value.dtype)
        if code is None:
            raise Unsendable(f"a tensor of dtype {value.dtype}", key="dtype")
        shape, numel, itemsize = tuple(value.shape), value.numel(), DTYPES[code][2]
        if len(shape) > MAX_DIMS:
            raise Unsendable(f"a tensor of {len(shape)} dimensions; at most {MAX_DIMS} may be sent", key="too-large")
        if numel * itemsize > limit:
            raise Unsendable(f"a tensor of {numel} elements; a reply may have {limit} bytes", key="too-large")
        if numel == 0:
            return code, shape, b""
        _check_storage(value, shape, itemsize)
        plain = value.detach()
        if plain.device.type != "cpu":
            plain = plain.cpu()
        plain = plain.resolve_conj().resolve_neg().contiguous().reshape(-1)
        if plain.stride(0) != 1:  # one element may have any stride and still be contiguous
            plain = plain.clone(memory_format=lib.torch.contiguous_format)
        return code, shape, memoryview(plain.view(lib.torch.uint8).numpy())


def _check_storage(value: Any, shape: tuple[int, ...], itemsize: int) -> None:
    """A tensor whose storage was resized away still has a shape: reading it would read foreign memory."""
    last = value.storage_offset() + sum((size - 1) * stride for size, stride in zip(shape, value.stride(), strict=True))
    if (last + 1) * itemsize > value.untyped_storage().nbytes():
        raise Unsendable("a tensor whose storage has been freed", key="freed")


def array_bytes(value: Any, limit: int) -> tuple[int, tuple[int, ...], Any]:
    """(dtype code, shape, buffer) of a NumPy array of numbers or times."""
    lib = libraries()
    dtype = value.dtype.newbyteorder("=")
    code = lib.numpy_codes.get(dtype)
    if code is None and dtype == lib.no_time and lib.numpy.isnat(value).all():
        dtype = lib.numpy.dtype("datetime64[s]")
        code = lib.numpy_codes[dtype]
    if code is None:
        raise Unsendable(
            f"an array of dtype {value.dtype}; numbers, booleans, texts, times and plain objects are sent", key="dtype"
        )
    if value.ndim > MAX_DIMS or value.size * value.itemsize > limit:
        raise Unsendable(f"an array of shape {value.shape}; a reply may have {limit} bytes", key="too-large")
    return code, value.shape, lib.numpy.ascontiguousarray(value, dtype=dtype).tobytes()


def plain_tensor(value: Any) -> Any | None:
    """A tensor subclass without dispatch hooks as a plain tensor; None when it has hooks or is no tensor at all."""
    lib = libraries()
    kind = type(value)
    if lib.torch is None or not any(base is lib.tensor for base in type.mro(kind)):
        return None
    if any("__torch_dispatch__" in vars(base) for base in type.mro(kind) if base is not lib.tensor) and (
        kind.__torch_dispatch__ != lib.plain_dispatch
    ):
        return None
    with lib.no_function():
        return lib.tensor.as_subclass(value.detach(), lib.tensor)


def checked_size(code: int, shape: tuple[int, ...]) -> int:
    """Bytes that an array of this dtype and shape has, in big integers, before anything is allocated."""
    if code >= len(DTYPES):
        raise WireError(f"dtype code {code} is unknown")
    product, bounded = 1, 1
    for size in shape:
        product *= size
        bounded *= max(size, 1)
    if bounded > MAX_NUMEL:
        raise WireError("the sizes of an array are too large")
    return product * DTYPES[code][2]


def build_tensor(code: int, shape: tuple[int, ...], data: bytearray) -> Any:
    """A tensor over bytes of its own."""
    lib = libraries()
    dtype = lib.torch_dtypes[code] if lib.torch else None
    if dtype is None:
        raise WireError("a tensor came, but there is no torch here")
    torch = lib.torch
    if not data:
        return torch.empty(shape, dtype=dtype)
    if code == BOOL:  # a byte that is neither 0 nor 1 would make a boolean that is both true and false
        return (torch.frombuffer(data, dtype=torch.uint8) != 0).reshape(shape)
    return torch.frombuffer(data, dtype=dtype).reshape(shape)


def build_array(code: int, shape: tuple[int, ...], data: bytearray) -> Any:
    lib = libraries()
    dtype = lib.numpy_dtypes[code] if lib.numpy else None
    if dtype is None:
        raise WireError("an array came that NumPy does not have here")
    if code == BOOL:
        return (lib.numpy.frombuffer(data, dtype="uint8") != 0).reshape(shape)
    return lib.numpy.frombuffer(data, dtype=dtype).reshape(shape)
