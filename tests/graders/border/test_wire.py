"""The codec: what goes in comes out, and any bytes at all decode or raise WireError."""

from __future__ import annotations

import contextlib
import math
import socket
import struct
import threading
import time
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.examiner import check
from graders.wire import (
    Encoder,
    FrameGone,
    Placed,
    Reference,
    Tracked,
    Unsendable,
    WireError,
    decode,
    device_of,
    encode,
    recv_fds_and_frame,
    recv_frame,
    send_frame,
)
from graders.wire import format as wire

Point = namedtuple("Point", "x y")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
)
keys = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])) | st.binary()
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=12,
)


def same(a: Any, b: Any) -> bool:
    """Equal and of the same types all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


@given(values)
@settings(max_examples=60, deadline=None)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_decode_or_raise_wire_error(data: bytes) -> None:
    with contextlib.suppress(WireError):
        decode(data, resolve=lambda value: value)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_value_decodes_or_raises_wire_error(data: st.DataObject) -> None:
    tensors = [torch.arange(3.0), torch.tensor([True, False]), torch.zeros(0, 2), torch.Size([1, 2]), torch.float32]
    good = bytearray(encode([{"a": tensors, "b": np.arange(4)}, Point(1, 2), slice(1, 2), torch.device("cpu"), 2**70]))
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    with contextlib.suppress(WireError):
        decode(bytes(good[: cut or None]), resolve=lambda value: value)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "bfloat16", "float32", "complex64", "uint32"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_tensors_keep_dtype_shape_and_bits(dtype: str, shape: tuple[int, ...]) -> None:
    value = (torch.rand(shape) * 100).to(getattr(torch, dtype))
    back = decode(encode(value))
    assert type(back) is torch.Tensor
    assert (back.dtype, back.shape, back.requires_grad) == (value.dtype, value.shape, False)
    assert torch.equal(back, value)


def test_views_and_lazy_tensors_arrive_as_their_values() -> None:
    base = torch.arange(12.0).reshape(3, 4)
    for value in (base.t(), base[:, ::2], base[1:2].expand(5, 4), base.flip(0)):
        assert torch.equal(decode(encode(value)), value)
    z = torch.tensor([1 + 2j])
    assert torch.equal(decode(encode(z.conj())), torch.tensor([1 - 2j]))
    assert torch.equal(decode(encode(z.conj().imag)), torch.tensor([-2.0]))


def test_nan_stays_nan_and_infinity_infinity() -> None:
    value = torch.tensor([math.nan, math.inf, -math.inf, -0.0])
    back = decode(encode([value, math.nan, math.inf]))
    assert torch.equal(back[0].view(torch.int32), value.view(torch.int32))
    assert math.isnan(back[1])
    assert back[2] == math.inf


def test_parameters_stay_parameters_and_say_whether_they_are_trained() -> None:
    frozen = torch.nn.Parameter(torch.ones(2), requires_grad=False)
    back = decode(encode([torch.nn.Parameter(torch.ones(2)), frozen, torch.ones(2, requires_grad=True)]))
    assert [type(item) for item in back] == [torch.nn.Parameter, torch.nn.Parameter, torch.Tensor]
    assert [item.requires_grad for item in back] == [True, False, False]


def test_numpy_scalars_and_arrays_keep_their_types() -> None:
    array = np.arange(6, dtype=">i4").reshape(2, 3).T
    back = decode(encode([np.float32(1.5), np.bool_(True), array, np.str_("x")]))
    assert [type(item) for item in back] == [np.float32, np.bool_, np.ndarray, np.str_]
    assert np.array_equal(back[2], array)


def test_sizes_dtypes_devices_and_named_tuples_cross() -> None:
    value = [torch.Size([2, 3]), torch.bfloat16, torch.device("cuda", 1), Point(1, [2]), torch.ones(2).max(0)]
    size, dtype, device, point, top = decode(encode(value))
    assert (type(size), size) == (torch.Size, torch.Size([2, 3]))
    assert (dtype, device) == (torch.bfloat16, torch.device("cuda", 1))
    assert (point, point.x, point.y) == ((1, [2]), 1, [2])
    assert top.values.item() == 1.0


def test_dict_subclasses_of_the_library_arrive_as_dicts() -> None:
    back = decode(encode(OrderedDict(a=1)))
    assert (type(back), back) == (dict, {"a": 1})


def test_lone_surrogates_are_replaced_by_the_sender_and_refused_by_the_reader() -> None:
    assert decode(encode("a\ud800b")) == "a?b"
    with pytest.raises(WireError):
        decode(wire.STR + struct.pack("<I", 3) + b"\xed\xa0\x80")


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (torch.empty(2, device="meta"), "meta"),
        (torch.eye(2).to_sparse(), "not-dense"),
        (torch.zeros(1).expand(10**6, 10**6), "too-large"),
        (torch.zeros(1, dtype=torch.float8_e4m3fn), "dtype"),
        (torch.zeros((1,) * 9), "too-large"),
        (np.zeros(1, dtype="i4,f4"), "dtype"),
        (np.zeros(1, dtype="datetime64[25s]"), "dtype"),
        (np.array([object()]), "objects"),
        (np.array([0x110000], dtype="u4").view("U1"), "code-points"),
        (2**5000, "too-large"),
        (b"x" * (17 << 20), "too-large"),
        ([None] * 300_000, "too-large"),
        (object(), "unsendable"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_reason(value: Any, key: str) -> None:
    with pytest.raises(Unsendable) as caught:
        encode(value)
    assert caught.value.key == key


def test_a_freed_tensor_is_refused_instead_of_reading_foreign_memory() -> None:
    value = torch.zeros(1000)
    value.untyped_storage().resize_(0)
    with pytest.raises(Unsendable, match="freed"):
        encode(value)


def test_deep_nesting_is_refused_on_both_sides() -> None:
    nested: list[Any] = []
    for _ in range(100):
        nested = [nested]
    with pytest.raises(Unsendable):
        encode(nested)
    with pytest.raises(WireError):
        decode((wire.LIST + struct.pack("<I", 1)) * 100 + wire.NONE)


@pytest.mark.parametrize(
    "shape", [(2**63, 2), (2**32, 2**32), (0, 2**62), (2**31, 0, 2**31), (10**9,), (2**64 - 1,) * 8]
)
def test_sizes_of_arrays_are_checked_before_anything_is_allocated(shape: tuple[int, ...]) -> None:
    head = wire.TENSOR + struct.pack("<BBB", 7, 0, len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
    with pytest.raises(WireError):
        decode(head + b"\0" * 64)


def test_a_boolean_tensor_holds_only_true_and_false() -> None:
    data = bytearray(encode(torch.tensor([True, False, True])))
    data[-3:] = b"\x02\x00\xff"
    back = decode(data)
    assert back.tolist() == [True, False, True]
    assert back.sum() == 2


def test_colliding_keys_are_refused_before_they_cost_time() -> None:
    many = [complex(-1000003 * n, n) for n in range(20_000)]
    data = (
        wire.SET
        + struct.pack("<I", len(many))
        + b"".join(wire.COMPLEX + struct.pack("<dd", n.real, n.imag) for n in many)
    )
    started = time.perf_counter()
    with pytest.raises(WireError):
        decode(data)
    assert time.perf_counter() - started < 5


def test_arguments_that_are_one_object_stay_one_object() -> None:
    inner = [1]
    encoder = Encoder(track=True)
    encoder.put([inner, inner, {"x": inner}])
    tracked: list[Tracked] = []
    a, b, c = decode(encoder.out, tracked=tracked)
    assert a is b
    assert c["x"] is a
    assert [id(item) for item in encoder.tracked[1:2]] == [id(inner)]
    assert tracked[1].value is a


def test_references_are_refused_where_nobody_expects_them() -> None:
    encoder = Encoder()
    encoder.put(Reference(number=3))
    with pytest.raises(WireError):
        decode(encoder.out)
    with pytest.raises(WireError):
        decode(wire.SHARED + struct.pack("<I", 0))


def test_frames_cross_a_socket_whole() -> None:
    ours, theirs = socket.socketpair()
    message = {"big": torch.arange(500_000), "text": "ü"}
    sender = threading.Thread(target=send_frame, args=(ours, message), kwargs={"deadline": time.monotonic() + 5})
    sender.start()
    back = recv_frame(theirs, deadline=time.monotonic() + 5)
    sender.join()
    assert torch.equal(back["big"], message["big"])  # type: ignore[arg-type]
    ours.close()
    theirs.close()


@pytest.mark.parametrize(
    "sent", [b"GRA1\xff\xff\xff\xff", b'{"ok": true, "id": 1}', struct.pack(">I", 20) + b"{}" * 10]
)
def test_what_is_no_frame_is_a_wire_error(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(sent)
    with pytest.raises(WireError):
        recv_frame(theirs, deadline=time.monotonic() + 2)
    ours.close()
    theirs.close()


def test_half_a_frame_ends_with_its_sender_or_with_the_deadline() -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(b"GRA1" + struct.pack("<I", 100) + b"only this")
    with pytest.raises(FrameGone, match="timeout"):
        recv_frame(theirs, deadline=time.monotonic() + 0.1)
    ours.sendall(b"GRA1" + struct.pack("<I", 100))
    ours.close()
    with pytest.raises((FrameGone, WireError)):
        recv_frame(theirs, deadline=time.monotonic() + 1)
    theirs.close()


def test_a_reader_that_does_not_read_times_the_sender_out() -> None:
    ours, theirs = socket.socketpair()
    with pytest.raises(FrameGone, match="timeout"):
        send_frame(ours, b"x" * (8 << 20), deadline=time.monotonic() + 0.1)
    ours.close()
    theirs.close()


def test_descriptors_come_only_to_who_asks_for_them(tmp_path: Any) -> None:
    ours, theirs = socket.socketpair()
    with (tmp_path / "data").open("w+b") as file:
        file.write(b"seen")
        file.flush()
        send_frame(ours, {"op": "load"}, deadline=time.monotonic() + 1, fds=[file.fileno()])
        send_frame(ours, 2, deadline=time.monotonic() + 1, fds=[file.fileno()])
    data, fds = recv_fds_and_frame(theirs, deadline=time.monotonic() + 1)
    assert decode(data) == {"op": "load"}
    with open(fds[0], "rb") as received:  # noqa: PTH123 -- a descriptor
        assert received.seek(0) == 0
        assert received.read() == b"seen"
    assert recv_frame(theirs, deadline=time.monotonic() + 1) == 2
    ours.close()
    theirs.close()


def test_a_tensor_of_a_device_comes_with_its_values_and_a_note_of_the_device() -> None:
    sent = Placed(torch.arange(3.0).requires_grad_(), torch.device("cuda", 1))
    encoder = Encoder(track=True)
    encoder.put([sent, torch.ones(2)])
    placed, plain = decode(encoder.out)  # nothing is ever made on a device by who only reads
    assert placed.device.type == "cpu"
    assert placed.tolist() == [0, 1, 2]
    assert (device_of(placed), device_of(plain)) == (torch.device("cuda", 1), torch.device("cpu"))
    check.device(placed, "cuda")
    with pytest.raises(AssertionError, match="cpu is not cuda"):
        check.device(plain, "cuda")


def test_an_argument_is_moved_where_it_is_to_lie_and_stays_one_object() -> None:
    tensor = torch.ones(2, 3, requires_grad=True)
    encoder = Encoder(track=True)
    encoder.put([Placed(tensor, torch.device("meta")), Placed(tensor, torch.device("meta"))])
    tracked: list[Tracked] = []
    first, second = decode(encoder.out, tracked=tracked, moves=True)
    assert first.is_meta
    assert first.requires_grad
    assert first.is_leaf
    assert first is second
    assert tracked[1].value is first
    assert tracked[1].end > tracked[1].start > 0


@pytest.mark.parametrize("inner", [encode(1), encode([torch.ones(1)]), b"P" + encode("cpu") + b"\0" * 8 + b"N", b""])
def test_only_a_tensor_lies_on_a_device_and_only_on_one(inner: bytes) -> None:
    head = encode(Placed(torch.ones(1), torch.device("cuda")))
    head = head[: len(head) - len(encode(torch.ones(1)))]
    for data in (head + inner, head + head + encode(torch.ones(1)), head.replace(b"cuda", b"cudo") + inner):
        for moves in (False, True):
            with pytest.raises(WireError):
                decode(data, moves=moves)
