"""Messages of nodes, taken in one after the other, and what they are answered."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import redis

from workers import keys
from workers.messages import (
    LEASE_SECONDS,
    MAX_ANSWER_BYTES,
    Answer,
    Event,
    FromNode,
    Heartbeat,
    ReportMessage,
    Wanted,
)
from workers.pools import bundles, leases, live, reports
from workers.pools.models import IN_FLIGHT, Job, JobState, Node
from workers.pools.terms import MAX_LIVE_BYTES

log = logging.getLogger(__name__)

ANSWERS_KEPT = 200

#: For how long a live event is taken on what the database said before. No grade hangs on one.
FLIGHT_SECONDS = 1.0


@dataclass(frozen=True)
class Flight:
    """A try in flight, as the database said not long ago."""

    job: int
    try_number: int
    until: float  #: seconds of the monotonic clock


class PostOffice:
    """Takes in what nodes say and answers them."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._live_bytes: dict[str, int] = {}  # of tries in flight, by token
        self._flights: dict[tuple[int, str], Flight] = {}  # by node and token
        self._told: set[str] = set()  # cancelled tries of which the worker was told at once

    def take(self, node: Node, message: FromNode, *, at: datetime) -> None:
        """Deal with one message, and answer it if it is one that waits for an answer."""
        match message:
            case Heartbeat():
                unwanted = leases.heard(node, message, at=at)
                self.answer(node.name, message.worker, Answer(heartbeat=message.number, unwanted=unwanted))
            case ReportMessage():
                reports.take(node, message, at=at)
                self._live_bytes.pop(message.token, None)
                self.answer(node.name, message.worker, Answer(acknowledged=(message.token,)))
            case Event():
                self._pass_on(node, message)
            case Wanted():
                self._place(node, message.bundle)

    def answer(self, node: str, worker: str, answer: Answer) -> None:
        key, text = keys.node_answers(node, worker), answer.to_json()
        if len(text) > MAX_ANSWER_BYTES:
            log.error("an answer to %s of %d bytes is not sent", node, len(text))
            return
        pipe = self._client.pipeline(transaction=False)
        pipe.rpush(key, text)
        pipe.ltrim(key, -ANSWERS_KEPT, -1)
        pipe.expire(key, round(4 * LEASE_SECONDS))
        pipe.execute()

    def tell_cancelled(self) -> None:
        """Have workers end the students of cancelled jobs now; heartbeats would do it two seconds later."""
        held = Job.objects.held().filter(state=JobState.CANCELLED).exclude(token="")
        unwanted: dict[tuple[str, str], list[str]] = defaultdict(list)
        tokens = set()
        for token, worker, node in held.values_list("token", "worker__name", "worker__node__name")[:500]:
            tokens.add(token)
            if token not in self._told and worker:
                unwanted[node, worker].append(token)
        for (node, worker), cancelled in unwanted.items():
            self.answer(node, worker, Answer(unwanted=tuple(cancelled)))
        self._told = tokens

    def _place(self, node: Node, digest: str) -> None:
        """Place a bundle again that Valkey has lost, for a node that has a try which needs it."""
        needed = Job.objects.held().filter(worker__node=node, bundle=digest)
        if needed.exists() and not bundles.place(self._client, digest):
            log.error("node %s needs bundle %s, which nobody has stored", node, digest)

    def _pass_on(self, node: Node, message: Event) -> None:
        """Copy an event to the stream that pages follow. Who speaks is known by the stream it came by."""
        found = self._flight(node, message.token)
        if found is None:
            return
        event = message.event.model_dump()
        size = self._live_bytes.get(message.token, 0) + len(message.event.model_dump_json())
        self._live_bytes[message.token] = size
        if size <= MAX_LIVE_BYTES:
            told = {**event, "try": found.try_number, "seq": message.sequence}
            live.publish(found.job, told, client=self._client)

    def _flight(self, node: Node, token: str) -> Flight | None:
        """The try that ``node`` speaks of, if it has it: asked of the database once a second for each."""
        now = time.monotonic()
        self._flights = {each: flight for each, flight in self._flights.items() if flight.until > now}
        flight = self._flights.get((node.pk, token))
        if flight is None:
            flying = Job.objects.filter(token=token, worker__node=node, state__in=IN_FLIGHT)
            row = flying.values_list("pk", "try_number").first()
            if row is not None:
                flight = self._flights[node.pk, token] = Flight(*row, until=now + FLIGHT_SECONDS)
        return flight
