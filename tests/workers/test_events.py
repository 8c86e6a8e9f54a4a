"""Live events are bounded in rate and size; what printed much is coalesced, what tests say is kept."""

from __future__ import annotations

import time
from typing import Any

from workers.messages import Event, MetricEvent, OutputEvent
from workers.node.events import MAX_BYTES, MAX_PENDING, RATE, Flusher, Funnel

TOKEN = "0" * 32


def flushed(*events: dict[str, Any], final: bool = True) -> list[Event]:
    sent: list[Event] = []
    funnel = Funnel(TOKEN, sent.extend)
    for event in events:
        funnel.take(event)
    funnel.flush(final=final)
    return sent


def kinds(events: list[Event]) -> list[str]:
    return [event.event.kind for event in events]


def test_lines_that_follow_each_other_become_one_event() -> None:
    sent = flushed(*({"kind": "output", "text": f"{number}\n"} for number in range(5)))
    assert [event.event for event in sent] == [OutputEvent(kind="output", text="0\n1\n2\n3\n4\n")]


def test_events_are_numbered_in_their_order() -> None:
    state = {"kind": "state", "state": "running"}
    test = {"kind": "test", "name": "test_it", "outcome": "passed", "title": "It works"}
    sent = flushed(state, {"kind": "output", "text": "a"}, test, {"kind": "output", "text": "b"})
    assert kinds(sent) == ["state", "output", "test", "output"]
    assert [event.sequence for event in sent] == [1, 2, 3, 4]


def test_a_flood_of_numbers_is_cut_and_tests_are_kept() -> None:
    sent: list[Event] = []
    funnel = Funnel(TOKEN, sent.extend)
    began = time.monotonic()
    for step in range(10_000):
        funnel.take({"kind": "metric", "step": step, "values": {"loss": 1.0}})
        if step % 100 == 0:
            funnel.flush()
    funnel.take({"kind": "test", "name": "test_it", "outcome": "failed"})
    funnel.flush(final=True)
    assert len(sent) < RATE * (1 + time.monotonic() - began) + MAX_PENDING + 1
    steps = [event.event.step or 0.0 for event in sent if isinstance(event.event, MetricEvent)]
    assert steps == sorted(steps)
    assert steps[-1] == 9999, "the newest number is kept"
    assert kinds(sent)[-1] == "test"


def test_output_beyond_the_limit_is_dropped() -> None:
    sent: list[Event] = []
    funnel = Funnel(TOKEN, sent.extend)
    for _ in range(200):
        funnel.take({"kind": "output", "text": "x" * 16_000})
        funnel.flush(final=True)
    funnel.take({"kind": "test", "name": "test_it", "outcome": "passed"})
    funnel.flush(final=True)
    assert sum(len(event.to_json()) for event in sent) < MAX_BYTES * 1.1
    assert kinds(sent)[-1] == "test"


def test_a_loss_that_is_no_number_is_not_sent() -> None:
    assert flushed({"kind": "metric", "values": {"loss": float("nan")}}) == []


def test_what_is_no_event_is_not_sent() -> None:
    assert flushed({"kind": "done"}, {"kind": "output"}, {"kind": "output", "text": "x", "more": 1}) == []


def test_the_flusher_sends_soon_and_goes_on_with_what_is_left() -> None:
    sent: list[Event] = []
    funnel, flusher = Funnel(TOKEN, sent.extend), Flusher()
    try:
        for number in range(80):
            funnel.take({"kind": "test", "name": f"test_{number}", "outcome": "passed"})
        flusher.wake(funnel)
        time.sleep(0.2)
        assert 50 <= len(sent) < 70
        time.sleep(1)
        assert len(sent) == 80
    finally:
        flusher.stop()
