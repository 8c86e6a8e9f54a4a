"""What nodes send, read from their streams: bounded in rate and size, and deleted once it was dealt with."""

from __future__ import annotations

import logging
import time
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence

import redis

from workers import keys
from workers.messages import FIELD
from workers.pools import valkey
from workers.pools.faults import Fault, fault
from workers.pools.terms import LOOK_BYTES, MAX_INVALID, MAX_KEYS, MAX_RATE, MAX_UNREAD, MAX_UNREAD_BYTES

log = logging.getLogger(__name__)

#: Entries of one stream that are read at once, so that a loud node does not keep the others waiting.
BATCH = 64
WINDOW_SECONDS = 10.0


class Inbox:
    """The streams of all nodes. What was read is deleted by :meth:`done`, so nothing is lost when we die in between."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._rate: dict[str, deque[tuple[float, int]]] = defaultdict(deque)
        self._invalid: dict[str, deque[tuple[float, int]]] = defaultdict(deque)
        self._memory = 0  # of the server, in bytes, when all keys of nodes were looked at last

    def wait(self, nodes: Iterable[str], *, seconds: float) -> tuple[bool, dict[str, valkey.Entries]]:
        """Whether somebody poked, and entries by node: as soon as there is either, at latest after ``seconds``."""
        streams = {keys.node_out(node): node for node in nodes}
        cursors = dict.fromkeys([keys.POKE, *streams], "0")
        answer = self._client.xread(cursors, count=BATCH, block=max(1, round(seconds * 1000)))  # type: ignore[arg-type]
        found = valkey.entries(answer, FIELD)
        pokes = found.pop(keys.POKE, [])
        if pokes:
            self._client.xdel(keys.POKE, *(entry for entry, _ in pokes))
        return bool(pokes), {streams[stream]: entries for stream, entries in found.items()}

    def done(self, node: str, entries: Sequence[str]) -> None:
        if entries:
            self._client.xdel(keys.node_out(node), *entries)

    def misbehaviour(self, node: str, *, read: int, invalid: int) -> Fault:
        """Count what a node sent; the reason to quarantine it, or nothing."""
        if _in_window(self._rate[node], read) > MAX_RATE:
            return fault("rate")
        if _in_window(self._invalid[node], invalid) > MAX_INVALID:
            return fault("invalid")
        return {}

    def overflow(self, node: str) -> Fault:
        """Look at a stream without reading it; the reason to quarantine its node, or nothing."""
        key = keys.node_out(node)
        kind = self._client.type(key)
        if kind not in (b"stream", b"none"):
            return fault("no-stream")
        if kind == b"stream" and self._client.xlen(key) > MAX_UNREAD:
            return fault("unread")
        if (self._client.memory_usage(key, samples=0) or 0) > MAX_UNREAD_BYTES:
            return fault("unread-bytes")
        return {}

    def hoarders(self, nodes: Collection[str]) -> list[str]:
        """Those of ``nodes`` that keep more under their keys than they need; looked for only when memory has grown."""
        memory = int(self._client.info("memory")["used_memory"])
        if memory < self._memory + LOOK_BYTES:
            self._memory = min(memory, self._memory)
            return []
        found = [node for node in nodes if self._hoards(node)]
        self._memory = 0 if found else memory  # what they kept goes: look again at what is left
        return found

    def _hoards(self, node: str) -> bool:
        match, size = f"{keys.node_prefix(node)}*", 0
        for number, key in enumerate(self._client.scan_iter(match=match, count=1000), start=1):
            size += self._client.memory_usage(key, samples=0) or 0
            if number > MAX_KEYS or size > MAX_UNREAD_BYTES:
                return True
        return False


def _in_window(counts: deque[tuple[float, int]], count: int) -> int:
    now = time.monotonic()
    if count:
        counts.append((now, count))
    while counts and counts[0][0] < now - WINDOW_SECONDS:
        counts.popleft()
    return sum(number for _, number in counts)
