"""Frames for the decoders that read what a hostile process sent: valid ones, damaged ones and random bytes.

Everything is drawn from one ``random.Random``: a failure is repeated by its seed. Far faster than one example at a time
by a property-testing library, which is what a million of them needs.
"""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from graders.report import Finding, Outcome, Provenance, Report, TestOutcome, TestResult
from graders.wire import Encoder, Library, Placed, Probe, Reference, encode
from graders.wire import format as wire
from graders.wire.format import Named

_DTYPES = (torch.float32, torch.int64, torch.bool, torch.bfloat16, torch.complex64, torch.uint8, torch.float64)
_TAGS = bytes(sorted({value[0] for value in vars(wire).values() if type(value) is bytes and len(value) == 1}))
_LENGTHS = (0, 1, 2, 7, 8, 255, 65535, 2**20, 2**24, 2**31 - 1, 2**31, 2**32 - 1)


def value(rng: random.Random, depth: int = 0) -> Any:
    """A value of the wire, seldom large."""
    leaves: tuple[Callable[[], Any], ...] = (
        lambda: rng.choice((None, True, False, ..., 0, -1, 2**63, -(2**200), 1.5, float("nan"), 2j)),
        lambda: "".join(chr(rng.choice((65, 0x4E2D, 0x1F600, 0))) for _ in range(rng.randrange(6))),
        lambda: rng.randbytes(rng.randrange(6)),
        lambda: torch.zeros([rng.randrange(4) for _ in range(rng.randrange(4))], dtype=rng.choice(_DTYPES)),
        lambda: torch.nn.Parameter(torch.ones(2), requires_grad=rng.random() < 0.5),
        lambda: Placed(torch.ones(2), torch.device("cuda", rng.randrange(3))),
        lambda: np.zeros(rng.randrange(5), dtype=rng.choice(("f4", "i8", "?", "u2"))),
        lambda: np.array(rng.choice((["a", "中文"], [b"b", b""], ["2024-01-31", "NaT"], "one", []))),
        lambda: np.array(["2024-01-31", "NaT"], dtype=rng.choice(("M8[D]", "M8[ns]"))),
        lambda: np.array([1, "a", None, [2], (3,)][: rng.randrange(6)], dtype=object),
        lambda: rng.choice((np.str_("w"), np.bytes_(b"w"), np.timedelta64(5), np.datetime64("NaT"))),
        lambda: rng.choice((np.float32(1), torch.Size([1, 2]), torch.float16, torch.device("cuda", 1), slice(1, None))),
        lambda: Reference(number=rng.randrange(3), type_name="T", claims=("torch.nn.Module",)),
        lambda: rng.choice((Library("torch.relu"), Probe(name="f", source="def f(s): pass", names=(("t", "torch"),)))),
        lambda: [rng.randrange(-9, 9) for _ in range(10)],
    )
    if depth > 3 or rng.random() < 0.5:
        return rng.choice(leaves)()
    items = [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = [rng.choice((None, 1, "k", (1, "x"), 2.5, b"b")) for _ in items]
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: items,
        lambda: tuple(items),
        lambda: dict(zip(keys, items, strict=True)),
        lambda: set(keys),
        lambda: frozenset(keys),
        lambda: Named.build(tuple("abcd"[: len(items)]), tuple(items)),
    )
    return rng.choice(kinds)()


def message(rng: random.Random) -> Any:
    """A request, a reply, an error or a list of changes, as the two ends of the border send them."""
    error = {"kind": "raised", "type": "E", "base": "ValueError", "message": "m", "args": ("a", 1), "frames": []}
    changes = ((0, "list", [1]), (1, "tensor", torch.ones(2), False, None), (2, "dict", {1: 2}))
    return rng.choice(
        (
            (rng.randrange(9), True, value(rng), b"", ()),
            (
                rng.randrange(9),
                False,
                {**error, "frames": [{"file": "f", "line": 1, "name": "n", "source": "s"}]},
                b"",
                (),
            ),
            (rng.randrange(9), True, None, encode([1, value(rng, 4)] if rng.random() < 0.1 else []), ({"loss": 1.0},)),
            changes,
            ("call", Reference(number=1), "f", (value(rng),), (("k", value(rng)),), (1, 2), 2**24),
        )
    )


def frames(rng: random.Random) -> Iterator[bytes]:
    """Endlessly: a valid frame, damaged copies of it, spliced ones, and bytes that were never a frame."""
    other = b""
    while True:
        good = _encoded(message(rng)) if rng.random() < 0.9 else arguments(rng)
        yield good
        for _ in range(20):
            yield _damaged(rng, good)
        cut = rng.randrange(len(good) + 1)
        yield good[:cut] + other[cut:]
        other = good
        yield rng.randbytes(rng.randrange(64))
        yield bytes(rng.choice(_TAGS) for _ in range(rng.randrange(200)))
        yield bytes([rng.choice(_TAGS)]) + struct.pack("<I", rng.choice(_LENGTHS)) + rng.randbytes(rng.randrange(40))
        yield (bytes([rng.choice(b"ltmSZ")]) + struct.pack("<I", rng.randrange(1, 3))) * rng.randrange(60)


def _encoded(what: Any) -> bytes:
    return encode(what)


def arguments(rng: random.Random) -> bytes:
    """What a request has and no reply may have: generators by their state, objects that come twice."""
    encoder = Encoder(track=True)
    generators = (np.random.default_rng(1), np.random.RandomState(1), random.Random(1), torch.Generator())
    array = np.array([[1], "a"], dtype=object)
    encoder.put([rng.choice(generators), array, rng.choice((array, array[0]))])
    return bytes(encoder.out)


def _damaged(rng: random.Random, good: bytes) -> bytes:
    data = bytearray(good)
    for _ in range(rng.randrange(1, 4)):
        if not data:
            break
        place = rng.randrange(len(data))
        kind = rng.randrange(5)
        if kind == 0:
            data[place] = rng.randrange(256)
        elif kind == 1:
            data[place] = rng.choice(_TAGS)
        elif kind == 2:
            data[place : place + 4] = struct.pack("<I", rng.choice(_LENGTHS))
        elif kind == 3:
            del data[place : place + rng.randrange(1, 9)]
        else:
            data[place:place] = data[place : place + rng.randrange(1, 30)]
    return bytes(data)


def report(rng: random.Random) -> dict[str, Any]:
    """A report as a node sends it."""
    findings = tuple(
        Finding(key="wrong-shape", values={"shape": "[1]", "n": 2, "x": 0.5}) for _ in range(rng.randrange(3))
    )
    tests = tuple(
        TestResult(name=f"t{n}", outcome=rng.choice(list(TestOutcome)), points=1.0, max_points=2.0, findings=findings)
        for n in range(rng.randrange(4))
    )
    made = Report(
        outcome=rng.choice(list(Outcome)),
        score=float(len(tests)),
        max_score=2.0 * len(tests),
        tests=tests,
        findings=findings,
        output="o" * rng.randrange(20),
        metrics={"loss": 0.1},
        provenance=Provenance(isolation="namespaces", limits={"seconds": 10.0}),
        seed=rng.randrange(2**62),
    )
    plain: dict[str, Any] = json.loads(json.dumps(made.to_dict()))
    return plain


def node_message(rng: random.Random) -> dict[str, Any]:
    """One entry of a node's stream, as plain values."""
    token, worker = f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(64):016x}"
    beat = {
        "kind": "heartbeat",
        "worker": worker,
        "number": rng.randrange(99),
        "slots": 2,
        "tries": [token],
        "device": "cpu",
    }
    events: tuple[dict[str, Any], ...] = (
        {"kind": "state", "state": "running"},
        {"kind": "output", "text": "x\n", "shown": True},
        {"kind": "test", "name": "t", "outcome": "passed"},
        {"kind": "metric", "step": 1.0, "values": {"loss": 0.5}},
    )
    return rng.choice(
        (
            {**beat, "rung": "namespaces", "runtimes": ["torch"], "versions": {"torch": "2"}},
            {"kind": "event", "token": token, "sequence": rng.randrange(99), "event": rng.choice(events)},
            {"kind": "report", "worker": worker, "token": token, "report": report(rng)},
        )
    )


_ODD: tuple[Any, ...] = (
    *(None, True, -1, 2**63, 2**80, 1e308, float("nan"), float("inf"), "", "x" * 70_000, "\x00", "\ud800", [], {}),
    *([None] * 600, {"a": {"a": {"a": {}}}}, {str(n): n for n in range(100)}, ["x"] * 30, b"bytes", 1j, object()),
)


def damaged(rng: random.Random, tree: Any) -> Any:
    """A copy of plain nested values with one to three places changed, dropped, doubled or put elsewhere."""
    copy = _copied(tree)
    for _ in range(rng.randrange(1, 4)):
        places = list(_places(copy))
        if not places:
            return _copied(rng.choice(_ODD))
        box, key = rng.choice(places)
        kind = rng.randrange(4)
        if kind == 0:
            box[key] = _copied(rng.choice(_ODD))
        elif kind == 1 and isinstance(box, dict):
            box[rng.choice(("extra", "kind", "", "score", 7, "\x00" * 9))] = box.pop(key)
        elif kind == 2:
            other, there = rng.choice(places)
            box[key] = _copied(other[there])
        else:
            del box[key]
    return copy


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield tree, key
        yield from _places(inner)


def _copied(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copied(inner) for key, inner in tree.items()}
    return [_copied(inner) for inner in tree] if isinstance(tree, list) else tree
