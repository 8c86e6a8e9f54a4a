"""The one process that gives work out and takes reports in.

Each turn of its loop waits for a poke, for a message of a node, or 250 ms; takes in what nodes say; and, where a report
has freed a slot, somebody has poked or 250 ms have passed, gives what waits to whoever is free. Once a second it looks
after the rest: its own lease, users of nodes that the broker has lost, leases that have lapsed, floods. It can be
killed anywhere: what it knows is in the database, what it has read and not dealt with is still in the streams.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

import redis
from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Q

from workers.messages import MessageInvalid, ReportMessage, parse_from_node
from workers.pools import access, changes, chores, dispatch, leases, sampling, settling, valkey
from workers.pools.clock import database_now
from workers.pools.faults import Fault, fault, in_english
from workers.pools.health import ACTOR
from workers.pools.inbox import Inbox
from workers.pools.models import DispatcherLease, Node, WorkerPool
from workers.pools.orders import Orders
from workers.pools.post import PostOffice
from workers.pools.terms import DISPATCHER_LEASE, GAP_SECONDS, LEASE

log = logging.getLogger(__name__)

TURN_SECONDS = 0.25
CHORES_SECONDS = 1.0
GRANT_SECONDS = 10.0
PERIODIC_SECONDS = 60.0
LEASE_NAME = "dispatcher"


class Dispatcher:
    """Gives work out and takes reports in, as long as it holds the lease in the database.

    Args:
        periodic: called about once a minute, for what the floor above wants done regularly.
    """

    def __init__(self, *, periodic: Sequence[Callable[[], None]] = ()) -> None:
        self._place = hashlib.sha256(f"{socket.gethostname()}:{settings.VAR_DIR}".encode()).hexdigest()[:12]
        self._me = f"{self._place}:{os.getpid()}:{secrets.token_hex(4)}"
        self._periodic = periodic
        self._client = valkey.patient()
        self._inbox = Inbox(self._client)
        self._post = PostOffice(self._client)
        self._orders = Orders(settings.REDIS_URL)
        self._nodes: dict[str, Node] = {}  # by name, without those that are shut out
        self._passwords: dict[str, str] = {}  # hashes, as Valkey was told last
        self._holding = False
        self._steady_since: datetime | None = None  # None: we have had a gap and have not read anything since
        self._consumed = 0.0
        self._clock: tuple[datetime, float] | None = None  # the database's and the monotonic one, as read together
        self._trouble = ""
        self._chores_at = self._grant_at = self._periodic_at = self._sample_at = self._look_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set."""
        log.info("dispatcher %s is up", self._me)
        with self._first_here():
            while not stop.is_set():
                try:
                    self._turn(stop)
                    self._note_broker("")
                except redis.RedisError as error:
                    self._note_broker(f"Valkey is away or refuses: {error}")
                    self._grant_at = 0.0  # it may come back without the nodes' users
                    stop.wait(TURN_SECONDS)
                except OperationalError as error:
                    log.warning("the database is away: %s", error)
                    connection.close()
                    stop.wait(1.0)
            self._release()

    def _turn(self, stop: threading.Event) -> None:
        if time.monotonic() >= self._chores_at:
            self._holding = self._hold()
            if self._holding:
                self._chores()
        if not self._holding:
            stop.wait(TURN_SECONDS)
            return
        poked, found = self._inbox.wait(self._nodes, seconds=TURN_SECONDS)
        self._note_gaps()
        reported = [self._take(self._nodes[name], entries) for name, entries in found.items()]
        due = time.monotonic() >= self._look_at
        if due:
            self._look()
        if poked or due:
            self._post.tell_cancelled()
        if poked or due or any(reported):
            for pool in dispatch.waiting_pools():
                self._attempt(partial(self._dispatch, pool))

    def _look(self) -> None:
        """See to what only the time tells: jobs whose worker is gone."""
        self._look_at = time.monotonic() + TURN_SECONDS
        now = database_now()
        for step in leases.orphans(at=now, steady_since=self._steady_since or now):
            self._attempt(step)

    def _attempt(self, step: Callable[[], object]) -> None:
        """Do one thing. Whatever fails in it is logged and keeps nothing else back."""
        try:
            step()
        except (redis.RedisError, OperationalError):
            raise
        except Exception:  # the one broad except of this process: a fault in one job must not end all others
            log.exception("the dispatcher failed in one step and goes on")

    def _take(self, node: Node, entries: valkey.Entries) -> bool:
        """Deal with what a node said; whether some of it was a report, so that a slot is free.

        A message on which we fail is dropped: reports come again from the outbox.
        """
        invalid, reported, done = 0, False, []
        try:
            for entry, raw in entries:
                try:
                    message = parse_from_node(raw)
                except MessageInvalid as error:
                    log.warning("node %s sent what is no message: %s", node, error)
                    invalid += 1
                else:
                    reported = reported or isinstance(message, ReportMessage)
                    self._attempt(partial(self._post.take, node, message, at=database_now()))
                done.append(entry)
        finally:
            self._inbox.done(node.name, done)
        if reason := self._inbox.misbehaviour(node.name, read=len(entries), invalid=invalid):
            self._quarantine(node, reason)
        return reported

    def _dispatch(self, pool: WorkerPool) -> None:
        for claim in dispatch.claim(pool, at=database_now()):
            dispatch.send(self._client, self._orders, claim)

    def _note_broker(self, trouble: str) -> None:
        """Say once that the broker is away, and once that it is back."""
        if trouble and not self._trouble:
            log.warning(trouble)
        elif self._trouble and not trouble:
            log.info("Valkey is back")
        self._trouble = trouble

    def _note_gaps(self) -> None:
        """Since when we have heard nodes without a gap. A lease that nobody could extend must not lapse."""
        now = time.monotonic()
        if self._steady_since is None or now - self._consumed > GAP_SECONDS:
            self._steady_since = database_now()
        self._consumed = now

    def _note_clock(self, at: datetime) -> None:
        """Notice that somebody has set the clock: then every moment in the database moves with it."""
        now, last = time.monotonic(), self._clock
        self._clock = (at, now)
        by = at - last[0] - timedelta(seconds=now - last[1]) if last is not None else timedelta()
        if abs(by.total_seconds()) > settling.STEP_SECONDS:
            log.warning("the clock was set by %.0f s: what is due moves with it", by.total_seconds())
            settling.clock_was_set(by)
            self._steady_since = at

    def _chores(self) -> None:
        now = time.monotonic()
        self._chores_at = now + CHORES_SECONDS
        nodes = list(Node.objects.select_related("pool"))
        passwords = {node.name: node.password_sha256 for node in nodes}
        if passwords != self._passwords or now >= self._grant_at:
            access.reconcile(self._client)
            self._passwords, self._grant_at = passwords, now + GRANT_SECONDS
        self._nodes = {node.name: node for node in nodes if not node.shut_out}
        for node in list(self._nodes.values()):
            if reason := self._inbox.overflow(node.name):
                self._quarantine(node, reason)
        for name in self._inbox.hoarders(list(self._nodes)):
            self._quarantine(self._nodes[name], fault("hoard"))
        at = database_now()
        self._note_clock(at)
        if self._steady_since is not None and at - self._steady_since > LEASE:
            for step in leases.overdue(at=at, steady_since=self._steady_since):
                self._attempt(step)
        self._attempt(partial(chores.every_second, at=at))
        if now >= self._sample_at:
            self._sample_at = now + sampling.EVERY.total_seconds()
            self._attempt(partial(sampling.take, at=at))
        if now >= self._periodic_at:
            self._periodic_at = now + PERIODIC_SECONDS
            self._attempt(partial(chores.every_minute, at=at))
            for work in self._periodic:
                self._attempt(work)

    def _quarantine(self, node: Node, reason: Fault) -> None:
        log.error("node %s is quarantined: %s", node, in_english(reason))
        changes.quarantine(node, reason, actor=ACTOR, shut_out=True)
        self._nodes.pop(node.name, None)

    def _hold(self) -> bool:
        """Take or renew the lease that lets one dispatcher work. Two at once would be harmless, only wasteful."""
        now = database_now()
        row = DispatcherLease.objects.filter(name=LEASE_NAME)
        mine = {"holder": self._me, "until": now + DISPATCHER_LEASE}
        free = Q(until__lt=now) | Q(until__gt=now + 2 * DISPATCHER_LEASE)  # written by a clock that was set since
        held = row.filter(Q(holder=self._me) | free).update(**mine) == 1
        if not held and not row.exists():
            _row, held = DispatcherLease.objects.get_or_create(name=LEASE_NAME, defaults=mine)
        if held and not self._holding:
            log.info("dispatcher %s has the lease", self._me)
            self._steady_since = self._clock = None
            settling.from_another_clock(at=now)
        return held

    @contextmanager
    def _first_here(self) -> Iterator[None]:
        """Hold the lock of this place, if nobody does; then whoever of this place has the lease is dead: no waiting."""
        path = settings.VAR_DIR / "run" / "dispatcher.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as lock:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                DispatcherLease.objects.filter(holder__startswith=f"{self._place}:").delete()
            yield

    def _release(self) -> None:
        DispatcherLease.objects.filter(name=LEASE_NAME, holder=self._me).delete()
        self._orders.close()
        self._client.close()
