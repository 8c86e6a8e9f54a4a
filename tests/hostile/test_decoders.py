"""Whatever comes, a decoder returns a value or raises its own error: in bounded time, and without growing.

The ordinary run tries some thousands of frames; ``GRADUS_LONG=1`` tries a million, and prints how many it tried.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.examiner.failures import Sources, StudentFailure
from graders.report import Report, ReportInvalid
from graders.wire import WireError, decode
from tests.hostile import frames
from workers.messages import Answer, MessageInvalid, Order, parse_from_node, parse_live_event

ROUND, ROUND_SECONDS = 500, 50.0  #: so many frames in so much time, on however busy a machine
_GROWTH_KB = 96 * 1024


def _reply(data: bytes) -> None:
    """What the examiner does with the bytes of a reply, short of running a test."""
    value = decode(data, resolve=lambda given: given, shared=[[], {}])
    if type(value) is tuple and len(value) == 5 and type(value[3]) is bytes:
        decode(value[3], resolve=lambda given: given, shared=[[], {}])
        StudentFailure.read(value[2])
        Sources.read(value[2])


def _request(data: bytes) -> None:
    decode(data, resolve=lambda given: given, tracked=[])


def _wire(rng: random.Random) -> Iterator[Callable[[], object]]:
    for data in frames.frames(rng):
        yield lambda data=data: _reply(data)  # type: ignore[misc]
        yield lambda data=data: _request(data)  # type: ignore[misc]


def _reports(rng: random.Random) -> Iterator[Callable[[], object]]:
    while True:
        good = frames.report(rng)
        Report.from_dict(good)
        for _ in range(20):
            bad = frames.damaged(rng, good)
            yield lambda bad=bad: Report.from_dict(bad)  # type: ignore[misc]


def _messages(rng: random.Random) -> Iterator[Callable[[], object]]:
    while True:
        good = frames.node_message(rng)
        parse_from_node(json.dumps(good).encode())
        for _ in range(10):
            bad = frames.damaged(rng, good)
            raw = json.dumps(bad, default=str).encode("utf-8", "surrogatepass")
            torn = bytearray(raw)
            torn[rng.randrange(len(torn))] = rng.randrange(256)
            yield lambda raw=raw: parse_from_node(raw)  # type: ignore[misc]
            yield lambda torn=torn: parse_from_node(bytes(torn))  # type: ignore[misc]
            yield lambda bad=bad: parse_live_event(bad)  # type: ignore[misc]
            yield lambda bad=bad: Answer.parse(bad)  # type: ignore[misc]
            yield lambda raw=raw: Order.parse_json(raw)  # type: ignore[misc]
        noise = rng.randbytes(rng.randrange(80))
        yield lambda noise=noise: parse_from_node(noise)  # type: ignore[misc]


#: (name, frames, the one error that may come, how many in the ordinary and in the long run)
DECODERS = (
    ("wire", _wire, WireError, 12_000, 700_000),
    ("reports", _reports, ReportInvalid, 2_000, 150_000),
    ("messages", _messages, MessageInvalid, 4_000, 200_000),
)


def _overrun(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError("a frame took too long")


@contextlib.contextmanager
def _alarmed() -> Iterator[None]:
    previous = signal.signal(signal.SIGALRM, _overrun)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _try(attempts: Iterator[Callable[[], object]], error: type[Exception], count: int) -> tuple[int, int]:
    """Run so many; how many were refused, and by how many kB the process grew."""
    refused, before = 0, 0
    for number in range(count):
        if number == count // 10:  # by then all that is made once has been made
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        attempt = next(attempts)
        if number % ROUND == 0:
            signal.setitimer(signal.ITIMER_REAL, ROUND_SECONDS)
        try:
            attempt()
        except error:
            refused += 1
    return refused, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def _fuzz(name: str, count: int) -> str:
    _, make, error, _, _ = next(entry for entry in DECODERS if entry[0] == name)
    seed = int(os.environ.get("GRADUS_FUZZ_SEED") or secrets.randbits(32))
    began = time.monotonic()
    print(f"{name}: seed {seed}", file=sys.stderr)  # shown with a failure, which it repeats
    with _alarmed():
        refused, grown = _try(make(random.Random(seed)), error, count)
    assert grown < _GROWTH_KB
    assert 0.2 < refused / count < 0.999, "frames that are all refused, or all accepted, try nothing"
    taken = time.monotonic() - began
    return f"{name}: {count} frames tried, {refused} refused, in {taken:.0f} s (seed {seed})"


@pytest.mark.parametrize("name", [entry[0] for entry in DECODERS])
def test_what_is_sent_decodes_or_is_refused(name: str) -> None:
    print(_fuzz(name, next(entry[3] for entry in DECODERS if entry[0] == name)))


@pytest.mark.long
def test_a_million_frames_decode_or_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    told = [_fuzz(name, count) for name, *_, count in DECODERS]
    total = sum(entry[4] for entry in DECODERS)
    assert total >= 1_000_000
    with capfd.disabled():
        print("", *told, f"hostile decoders: {total} frames tried in all", sep="\n", flush=True)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=20,
)


@given(anything)
@settings(max_examples=100, deadline=None)
def test_any_plain_value_is_a_report_or_refused(data: Any) -> None:
    with contextlib.suppress(ReportInvalid):
        Report.from_dict(data)


@given(st.binary(max_size=400) | anything.map(lambda data: json.dumps(data, default=str).encode()))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    with contextlib.suppress(MessageInvalid):
        parse_from_node(raw)


@given(anything)
@settings(max_examples=100, deadline=None)
def test_any_plain_value_is_a_failure_or_refused(data: Any) -> None:
    for read in (StudentFailure.read, Sources.read):
        with contextlib.suppress(WireError):
            read(data)
