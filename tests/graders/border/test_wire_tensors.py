"""What belongs to a tensor on the wire: whose it is, its gradient, its graph; and what a student may not say of it."""

from __future__ import annotations

import struct
from typing import Any

import pytest
import torch

from graders.wire import Encoder, WireError, decode, encode
from graders.wire import format as wire


def tensor_of(*values: float, dtype: torch.dtype = torch.float32, flags: int = 0) -> bytes:
    data = bytearray(encode(torch.tensor(values, dtype=dtype)))
    data[2] = flags
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        wire.LENT + struct.pack("<I", 1) + tensor_of(1.0) + wire.NONE,  # by its number alone
        wire.GENERATOR + struct.pack("<I", 3) + b"abc",
        tensor_of(1.0, flags=wire.TENSOR_REQUIRES_GRAD | wire.TENSOR_HAS_HISTORY),
        tensor_of(1.0, flags=8),
        wire.GRAPHED + struct.pack("<II", 1, 0) + tensor_of(1, dtype=torch.int64),
        wire.GRAPHED + struct.pack("<II", 1, 0) + tensor_of(1.0, flags=wire.TENSOR_REQUIRES_GRAD),
        wire.GRAPHED + struct.pack("<II", 1, 0) + wire.LIST + struct.pack("<I", 0),
        wire.OWNED + struct.pack("<I", 1),
        wire.OWNED + struct.pack("<I", 1) + wire.NONE + wire.NONE,
        wire.OWNED + struct.pack("<I", 1) + tensor_of(1.0) + wire.TRUE,
        wire.OWNED + struct.pack("<I", 1) + wire.OWNED + struct.pack("<I", 1) + tensor_of(1.0) + wire.NONE + wire.NONE,
    ],
)
def test_what_a_student_may_not_say_of_a_tensor_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data, resolve=lambda value: value)


@pytest.mark.parametrize("grad", [encode("x"), tensor_of(1.0, 2.0), tensor_of(1, dtype=torch.int64)])
def test_a_loan_has_a_gradient_like_itself(grad: bytes) -> None:
    with pytest.raises(WireError):
        decode(wire.LENT + struct.pack("<I", 1) + tensor_of(1.0) + grad, tracked=[])


def test_a_loan_is_one_tensor_in_all_requests_and_brings_its_gradient() -> None:
    p = torch.nn.Parameter(torch.ones(2))
    p.grad = torch.full((2,), 3.0)
    lent: dict[int, Any] = {}

    def sent() -> Any:
        encoder = Encoder(track=True)
        encoder.lend = lambda value: 7 if value is p else None
        encoder.put([p, p.grad])
        return decode(encoder.out, tracked=[], lent=lent)

    there, grad = sent()
    assert type(there) is torch.nn.Parameter
    assert grad.tolist() == [3.0, 3.0]
    assert grad is there.grad
    p.data.add_(1)
    p.grad = p.grad * 2
    again, same = sent()
    assert again is there and there.tolist() == [2.0, 2.0]
    assert same.tolist() == [6.0, 6.0]
    assert same is there.grad
