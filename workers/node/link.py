"""The line to the platform: heartbeats out, answers in, and what follows when nobody answers."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers import keys
from workers.messages import (
    FIELD,
    HEARTBEAT_SECONDS,
    LEASE_SECONDS,
    Answer,
    Event,
    Heartbeat,
    Message,
    MessageInvalid,
    ReportMessage,
    Wanted,
)
from workers.node.outbox import Outbox
from workers.node.tries import Tries

log = logging.getLogger(__name__)

#: Entries that a stream keeps when nobody reads it; reports come again from the outbox.
STREAM_ENTRIES = 2000
CONTACT_SECONDS = LEASE_SECONDS * 2 / 3
AWAY_PAUSE = 0.5
BROKEN = 70  #: the status of a process whose line has broken


def connect(url: str) -> redis.Redis:
    """A client that never repeats a command by itself: what is to be repeated is ours to know."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=2.0, socket_timeout=10.0, protocol=2, retry=Retry(NoBackoff(), 0)
    )


def _whole(target: Callable[[], None]) -> None:
    """Run a thread without which the node is deaf or dumb: if it fails, the process ends, and is started again."""
    try:
        target()
    except Exception:  # outermost of its thread: a node that only seems to live would be missed by nobody
        log.exception("the line to the platform has broken: this node ends at once")
        logging.shutdown()
        os._exit(BROKEN)


class Link:
    """Speaks for one worker. ``describe`` tells the facts of a heartbeat; ``cancel`` ends one student."""

    def __init__(
        self,
        client: redis.Redis,
        node: str,
        *,
        tries: Tries,
        outbox: Outbox,
        describe: Callable[[], dict[str, Any]],
        cancel: Callable[[str], bool],
        replaces: Sequence[str] = (),
        alive: Path | None = None,
    ) -> None:
        self.worker = secrets.token_hex(8)
        self._client = client
        self.node = node
        self._out = keys.node_out(node)
        self._in = keys.node_answers(node, self.worker)
        self._tries, self._outbox = tries, outbox
        self._describe, self._cancel = describe, cancel
        self._replaces = tuple(replaces)
        self._alive = alive  # touched whenever the platform has answered, see ``check``
        self._leaving = False
        self._number = 0
        self._sent_at: dict[int, float] = {}
        self._heard_at = time.monotonic()  # when the youngest heartbeat that was answered left us
        self._nudge, self._stop = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=_whole, args=(target,), name=target.__name__.strip("_"), daemon=True)
            for target in (self._speak, self._listen, self._watch)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def leave(self) -> None:
        """Say that nothing new is wanted. May be called from a signal handler."""
        self._leaving = True
        self._tries.close()
        self._nudge.set()

    def close(self, *, patience: float = 5.0) -> None:
        """Stop, after the last reports were acknowledged or ``patience`` has run out."""
        self.leave()
        deadline = time.monotonic() + patience
        while len(self._outbox) and time.monotonic() < deadline:
            time.sleep(0.05)
        self._beat_once()
        self._stop.set()
        self._nudge.set()
        for thread in self._threads:
            thread.join()

    @property
    def in_contact(self) -> bool:
        """Whether the platform has heard us lately enough for a try to be surely still ours."""
        return time.monotonic() - self._heard_at < CONTACT_SECONDS

    def report(self, message: ReportMessage) -> None:
        """Keep a report and send it; the slot is free when it has been taken in."""
        self._outbox.put(message)
        self._send_reports()
        self._tries.end(message.token)

    def beat(self) -> None:
        """Have a heartbeat sent now, since something has changed."""
        self._nudge.set()

    def send_events(self, events: list[Event]) -> None:
        try:
            self._add(*events)
        except redis.RedisError as error:
            log.info("%d live events are lost: %s", len(events), error)

    def ask_for(self, bundle: str) -> None:
        """Have the platform place a bundle that Valkey has lost."""
        self._add(Wanted(worker=self.worker, bundle=bundle))

    def _add(self, *messages: Message) -> None:
        pipe = self._client.pipeline(transaction=False)
        for message in messages:
            pipe.xadd(self._out, {FIELD: message.to_json()}, maxlen=STREAM_ENTRIES, approximate=True)
        pipe.execute()

    def _send_reports(self) -> None:
        for token in self._outbox.due():
            message = self._outbox.read(token)
            if message is None:
                continue
            try:
                self._add(message.model_copy(update={"worker": self.worker}))  # also for a worker before us
            except redis.RedisError as error:
                log.warning("report %s… waits in the outbox: %s", token[:6], error)
                self._outbox.not_sent(token)
                return

    def _speak(self) -> None:
        while not self._stop.is_set():
            self._nudge.clear()
            self._send_reports()
            self._nudge.wait(HEARTBEAT_SECONDS if self._beat_once() else AWAY_PAUSE)

    def _beat_once(self) -> bool:
        self._number += 1
        self._sent_at[self._number] = time.monotonic()
        self._sent_at.pop(self._number - 64, None)
        heartbeat = Heartbeat(
            worker=self.worker,
            number=self._number,
            tries=self._tries.alive(),
            replaces=self._replaces,
            leaving=self._leaving,
            **self._describe(),
        )
        try:
            self._add(heartbeat)
        except redis.RedisError as error:
            log.warning("no heartbeat could be sent: %s", error)
            return False
        return True

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                found = self._client.blpop([self._in], timeout=1)
            except redis.RedisError:
                self._stop.wait(AWAY_PAUSE)  # the heartbeats' thread says so in the log
                continue
            if found:
                self._hear(found[1])

    def _hear(self, raw: bytes | str) -> None:
        try:
            answer = Answer.parse_json(raw)
        except MessageInvalid as error:
            log.warning("an answer is none: %s", error)
            return
        for token in answer.acknowledged:
            self._outbox.forget(token)
        for token in answer.unwanted:
            if self._tries.refuse(token):
                self._cancel(token)
        sent_at = self._sent_at.get(answer.heartbeat) if answer.heartbeat is not None else None
        if sent_at is not None:
            self._heard_at = max(self._heard_at, sent_at)
            self._replaces = ()
            if self._alive is not None:
                with suppress(OSError):  # a full disk must not make it deaf
                    self._alive.touch(mode=0o600)

    def _watch(self) -> None:
        """End all students when the platform may have given their tries to somebody else."""
        while not self._stop.wait(0.25):
            if self.in_contact:
                continue
            for token in self._tries.alive():
                log.warning("no answer for %.0f s: try %s… is ended", CONTACT_SECONDS, token[:6])
                self._cancel(token)
            self._stop.wait(1.0)
