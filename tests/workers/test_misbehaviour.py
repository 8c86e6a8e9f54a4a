"""What a broken or hostile node says is refused, bounded, and in the end not listened to."""

from __future__ import annotations

import json

import pytest
import redis

from tests.workers.conftest import Submit, eventually, state_of
from tests.workers.speaking import Speaking
from workers import keys
from workers.messages import FIELD, Event, MessageInvalid, OutputEvent, parse_from_node
from workers.pools import inbox
from workers.pools.models import JobState, Node, Worker
from workers.pools.terms import MAX_INVALID, MAX_KEYS, MAX_UNREAD

TOKEN = "0" * 32
BEAT = {
    "kind": "heartbeat", "worker": "a" * 16, "number": 1, "slots": 1, "tries": [], "device": "cpu", "rung": "toy",
}  # fmt: skip

NONE = {
    "no JSON": b"{",
    "nothing": b"",
    "no object": b"[]",
    "no kind": b"{}",
    "an unknown kind": b'{"kind": "order"}',
    "an unknown key": json.dumps({**BEAT, "extra": 1}).encode(),
    "a missing key": json.dumps({key: value for key, value in BEAT.items() if key != "rung"}).encode(),
    "a number as text": json.dumps({**BEAT, "slots": "1"}).encode(),
    "a truth as number": json.dumps({**BEAT, "number": True}).encode(),
    "too many slots": json.dumps({**BEAT, "slots": 10_000}).encode(),
    "a negative number": json.dumps({**BEAT, "number": -1}).encode(),
    "a token that is none": json.dumps({**BEAT, "tries": ["x" * 32]}).encode(),
    "a worker's name with a star": json.dumps({**BEAT, "worker": "*" * 16}).encode(),
    "a token with a new line": json.dumps({**BEAT, "tries": [TOKEN + "\n"]}).encode(),
    "too deep": b"[" * 100_000 + b"]" * 100_000,
    "no UTF-8": b'{"kind": "\xff"}',
    "a metric that is no number": b'{"kind": "event", "token": "%s", "sequence": 1, '
    b'"event": {"kind": "metric", "values": {"loss": NaN}}}' % TOKEN.encode(),
    "an event that pages end by": b'{"kind": "event", "token": "%s", "sequence": 1, "event": {"kind": "done"}}'
    % TOKEN.encode(),
    "too large": b" " * (16 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize("raw", NONE.values(), ids=NONE)
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(MessageInvalid):
        parse_from_node(raw)


def test_a_message_that_is_none_does_not_keep_the_next_one_waiting(anna: Speaking) -> None:
    for raw in (b"{", b"[" * 10_000, b"\x00"):
        anna.say(raw)
    anna.client.xadd(keys.node_out("anna"), {"another field": "x"})
    anna.beat()
    anna.answer()
    assert Node.objects.get(name="anna").quarantined is None


def test_a_node_that_sends_only_rubbish_is_quarantined(anna: Speaking, boris: Speaking, submit: Submit) -> None:
    for _ in range(MAX_INVALID + 1):
        anna.say(b"rubbish")
    eventually(lambda: Node.objects.get(name="anna").quarantined)
    with pytest.raises(redis.RedisError):
        anna.beat()
    job = submit()
    boris.order()
    assert state_of(job) == JobState.SENT, "others go on"


def test_a_node_that_floods_is_quarantined(anna: Speaking, boris: Speaking) -> None:
    event = Event(token=TOKEN, sequence=1, event=OutputEvent(kind="output", text="x")).to_json()
    try:
        for _ in range(20):
            pipe = anna.client.pipeline(transaction=False)
            for _ in range(MAX_UNREAD // 4):
                pipe.xadd(keys.node_out("anna"), {FIELD: event})
            pipe.execute()
    except redis.RedisError:
        pass  # it was shut out in the middle
    eventually(lambda: Node.objects.get(name="anna").quarantined)
    boris.beat()
    boris.answer()


def test_a_node_that_fills_the_server_under_other_keys_is_quarantined_and_what_it_kept_is_gone(
    anna: Speaking, boris: Speaking, platform: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LOOK_BYTES", 1024 * 1024)
    monkeypatch.setattr(inbox, "MAX_UNREAD_BYTES", 8 * 1024 * 1024)
    for _ in range(10):
        anna.client.lpush("gr:node:anna:stash", b"x" * 1024 * 1024)
    eventually(lambda: Node.objects.get(name="anna").quarantined)
    eventually(lambda: platform.keys("gr:node:anna:*") == [])
    boris.beat()
    boris.answer()
    for number in range(MAX_KEYS + 10):
        boris.client.sadd(f"gr:node:boris:{number}", b"x" * 2048)
    eventually(lambda: Node.objects.get(name="boris").quarantined)


def test_a_stream_that_is_none_is_noticed(anna: Speaking, boris: Speaking) -> None:
    anna.client.delete(keys.node_out("anna"))
    anna.client.lpush(keys.node_out("anna"), "no stream")
    eventually(lambda: Node.objects.get(name="anna").quarantined)
    boris.beat()
    boris.answer()


def test_a_worker_cannot_be_taken_over_by_another_node(anna: Speaking, boris: Speaking, submit: Submit) -> None:
    boris.beat(leaving=True)
    boris.answer()
    job = submit()
    token = anna.order().token
    boris.say(json.dumps({**BEAT, "worker": anna.name, "tries": [token], "leaving": True}))
    boris.beat()
    boris.answer()
    assert Worker.objects.get(name=anna.name).node.name == "anna"
    assert state_of(job) == JobState.SENT


def test_a_node_has_a_bounded_number_of_workers(anna: Speaking) -> None:
    for number in range(40):
        anna.say(json.dumps({**BEAT, "worker": f"{number:016x}"}))
    anna.beat()
    anna.answer()
    eventually(lambda: Worker.objects.count() == 16)
