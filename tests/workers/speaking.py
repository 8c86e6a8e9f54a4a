"""A worker that says on a node's stream whatever a test wants it to say, with that node's own password."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

import redis

from graders.report import Outcome, Provenance, Report
from workers import keys
from workers.messages import FIELD, Answer, Heartbeat, Order, ReportMessage


class Speaking:
    """One worker of a node, by hand."""

    def __init__(self, url: str, node: str) -> None:
        self.client = redis.Redis.from_url(url, protocol=2, socket_timeout=5)
        self.node, self.name = node, secrets.token_hex(8)
        self._number = 0

    def say(self, text: str | bytes) -> None:
        self.client.xadd(keys.node_out(self.node), {FIELD: text})

    def beat(self, *tries: str, slots: int = 1, **facts: Any) -> None:
        self._number += 1
        beat = {"worker": self.name, "number": self._number, "slots": slots, "tries": tries, "device": "cpu"}
        self.say(Heartbeat.parse({"rung": "toy", **beat, **facts}).to_json())

    def report(self, token: str, outcome: Outcome = Outcome.GRADED, score: float = 10) -> None:
        report = Report(outcome=outcome, score=score, max_score=10, provenance=Provenance(isolation="toy"))
        self.say(ReportMessage(worker=self.name, token=token, report=report.to_dict()).to_json())

    def answer(self, *, seconds: float = 5) -> Answer:
        found = self.client.blpop([keys.node_answers(self.node, self.name)], timeout=seconds)
        assert found, "no answer came"
        return Answer.parse_json(found[1])

    def answer_naming(self, token: str) -> Answer:
        """The next answer that calls a try unwanted."""
        while token not in (answer := self.answer()).unwanted:
            pass
        return answer

    def acknowledged(self, token: str) -> None:
        """Wait until the platform has dealt with a report."""
        while token not in self.answer().acknowledged:
            pass

    def order(self, *, seconds: float = 5) -> Order:
        """The next order from this worker's Celery queue, as Celery's transport puts it there."""
        queue = keys.node_prefix(self.node) + keys.worker_queue(self.name)
        found = self.client.brpop([queue], timeout=seconds)
        assert found, "no order came"
        message = json.loads(found[1])
        arguments, _keywords, _embedded = json.loads(base64.b64decode(message["body"]))
        return Order.parse(arguments[0])
