"""A page that follows a job's live events, and what of the job's stream is kept in memory for all its pages.

A follower keeps its own place in the stream. What the hub has read lately it takes from memory; what is older, or what
it was too slow for, it reads by itself. So nothing grows with a page that does not keep up.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from workers.pools.positions import Position

START = "0-0"
Entry = tuple[str, dict[str, Any]]

#: (job, cursor) -> what the job's stream has after the cursor, in batches; empty: nothing, or it cannot be read now.
Read = Callable[[int, str], Awaitable[list[Entry]]]

LAST_WORDS_SECONDS = 0.3
#: What of a job's stream is kept in memory for the pages that follow it: entries, and bytes of each entry at most.
KEPT = 64
KEPT_BYTES = 16 * 1024


class Follower:
    """One page that follows a job. It is woken when there may be something new, and reads from its own place on."""

    def __init__(self, topic: Topic, cursor: str, *, read: Read) -> None:
        self._topic, self._cursor, self._read = topic, cursor, read
        self._woken = asyncio.Event()
        self._woken.set()  # what happened before it came
        self._heard_at = 0.0  # when an event of it came last
        self._place: Position | None = None
        self._said: Position | None = None
        self._over = False

    def wake(self) -> None:
        self._woken.set()

    def stands(self, place: Position, *, at: float) -> None:
        """Its job waited at ``at``, by the monotonic clock, and this was its place: unless it has started since."""
        if at > self._heard_at:
            self._place = place
            self._woken.set()

    def end(self) -> None:
        """The database says that the job has ended."""
        self._over = True
        self._woken.set()

    async def __aiter__(self) -> AsyncIterator[Entry]:
        while True:
            await self._woken.wait()
            self._woken.clear()
            over = self._over
            if over:
                await asyncio.sleep(LAST_WORDS_SECONDS)  # the end is recorded first and told right after
            while entries := await self._news(last=over):
                self._heard_at, self._place = time.monotonic(), None
                for self._cursor, event in entries:
                    yield self._cursor, event
            if self._place is not None and self._place != self._said:
                self._said = self._place
                yield "", {"kind": "position", "position": self._place}
            if over:
                yield self._cursor, {"kind": "done"}

    async def _news(self, *, last: bool) -> list[Entry]:
        """What came after its place: from memory where that is enough, else from the stream.

        Args:
            last: nobody asks again, so the memory is not believed that there is nothing: a busy hub reads late.
        """
        kept = self._topic.since(self._cursor)
        if kept or (kept is not None and not last):
            return kept
        entries = await self._read(self._topic.job_id, self._cursor)
        if not entries:
            self._topic.begin(self._cursor)
        return entries


class Topic:
    """A job that pages follow, and what of its stream the hub has read lately."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.followers: set[Follower] = set()
        self.cursor = ""  #: of the youngest entry that was read; empty: none was
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._before = ""  # the id before the oldest entry that is kept

    def begin(self, cursor: str) -> None:
        """The first follower has read everything up to ``cursor``: the hub goes on from here."""
        if not self.cursor:
            self.cursor = self._before = cursor

    def add(self, entries: list[Entry], *, since: str) -> None:
        """Keep what was read; a gap before it empties the memory."""
        if since != self.cursor or not self._entries:
            self._entries.clear()
            self._before = since
        for entry in entries:
            if len(self._entries) == KEPT:
                self._before = self._entries[0][0]
            self._entries.append(entry)
            if len(json.dumps(entry[1])) > KEPT_BYTES:  # whoever wants a large one reads it from the stream
                self._entries.clear()
                self._before = entry[0]
        self.cursor = entries[-1][0]

    def since(self, cursor: str) -> list[Entry] | None:
        """What came after ``cursor``; ``None`` if that is not known here."""
        if not self.cursor or _number(cursor) < _number(self._before):
            return None
        return [entry for entry in self._entries if _number(entry[0]) > _number(cursor)]


def _number(entry: str) -> tuple[int, int]:
    moment, _, sequence = (entry or START).partition("-")
    return int(moment), int(sequence)
