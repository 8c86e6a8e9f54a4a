"""One reader of live events for a whole web process: two connections to Valkey, however many pages are open.

The hub subscribes to the bells of the jobs that pages follow, reads the streams of those that rang, and wakes their
followers (``followers``).

Every few seconds the hub looks all its jobs up in the database, in one query: which have ended although no event said
so (Valkey may have lost it), and where those stand that wait.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection

from workers import keys
from workers.pools import valkey
from workers.pools.followers import Entry, Follower, Topic
from workers.pools.models import ENDED, Job, JobState, WorkerPool
from workers.pools.positions import Position, positions

log = logging.getLogger(__name__)

FIELD = "e"
#: Rings within this time are answered with one read.
PACE_SECONDS = 0.02
LOOK_SECONDS = 2.0
BATCH = 200


class Hub:
    """All followers of one event loop."""

    def __init__(self) -> None:
        self._topics: dict[int, Topic] = {}
        self._rung: set[int] = set()
        self._ring = asyncio.Event()
        self._reading = asyncio.Lock()  # one read at a time: each one beside it would open a connection of its own
        self._tasks: list[asyncio.Task[None]] = []
        self._client: redis.asyncio.Redis | None = None
        self._bells: redis.asyncio.client.PubSub | None = None
        self._subscribed: set[int] = set()

    @asynccontextmanager
    async def follower(self, job_id: int, cursor: str) -> AsyncIterator[Follower]:
        """A follower of ``job_id`` from ``cursor`` on. The first one starts the hub, the last one stops it."""
        topic = self._topics.setdefault(job_id, Topic(job_id))
        follower = Follower(topic, cursor, read=self.read_one)
        topic.followers.add(follower)
        self._start()
        self._call(job_id)
        try:
            yield follower
        finally:
            topic.followers.discard(follower)
            if not topic.followers and self._topics.get(job_id) is topic:
                del self._topics[job_id]
            if not self._topics:
                await asyncio.shield(asyncio.ensure_future(self._stop()))

    async def read_one(self, job_id: int, cursor: str) -> list[Entry]:
        """What a job's stream has after ``cursor``."""
        found = await self._read({job_id: cursor})
        return found.get(job_id, [])

    def _call(self, job_id: int) -> None:
        self._rung.add(job_id)
        self._ring.set()

    def _start(self) -> None:
        if not self._tasks:
            self._client = valkey.streaming()
            self._bells = self._client.pubsub(ignore_subscribe_messages=True)
            self._subscribed = set()
            steps = (self._hear, self._pass_on, self._look)
            self._tasks = [asyncio.ensure_future(step()) for step in steps]

    async def _stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        client, bells, self._client, self._bells = self._client, self._bells, None, None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if bells is not None:
            await bells.aclose()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
        if client is not None:
            await client.aclose()

    async def _hear(self) -> None:
        """Listen to the bells of all jobs that are followed."""
        while True:
            try:
                await self._subscribe()
                message = await self._bells.get_message(timeout=0.1) if self._subscribed and self._bells else None
                if message is not None:
                    self._call(int(message["channel"].decode().removeprefix(keys.LIVE_PREFIX)))
                elif not self._subscribed:
                    await asyncio.sleep(0.05)
            except (redis.RedisError, OSError) as error:
                log.info("the bells of live events are not heard: %s", error)
                self._subscribed = set()
                await asyncio.sleep(1)

    async def _subscribe(self) -> None:
        if self._bells is None or self._subscribed == self._topics.keys():
            return
        wanted = set(self._topics)
        new, old = wanted - self._subscribed, self._subscribed - wanted
        if new:
            await self._bells.subscribe(*(keys.live(job_id) for job_id in new))
        if old:
            await self._bells.unsubscribe(*(keys.live(job_id) for job_id in old))
        self._subscribed = wanted
        for job_id in new:
            self._call(job_id)  # what was told before its bell was heard

    async def _pass_on(self) -> None:
        """Read the streams of the jobs that rang, all at once, and wake their followers."""
        while True:
            await self._ring.wait()
            await asyncio.sleep(PACE_SECONDS)
            self._ring.clear()
            rung, self._rung = self._rung, set()
            topics = [self._topics[job_id] for job_id in rung if job_id in self._topics]
            since = {topic.job_id: topic.cursor for topic in topics if topic.cursor}
            found = await self._read(since) if since else {}
            for topic in topics:
                if entries := found.get(topic.job_id):
                    topic.add(entries, since=since[topic.job_id])
                    if len(entries) == BATCH:
                        self._call(topic.job_id)
                for follower in topic.followers:
                    follower.wake()

    async def _read(self, since: dict[int, str]) -> dict[int, list[Entry]]:
        client = self._client
        if client is None:
            return {}
        streams = {keys.live(job_id): cursor for job_id, cursor in since.items()}
        try:
            async with self._reading:
                answer = await client.xread(streams, count=BATCH)  # type: ignore[arg-type]  # invariant types of redis-py
        except (redis.RedisError, OSError) as error:
            log.info("live events cannot be read now: %s", error)
            await asyncio.sleep(1)
            return {}
        found = valkey.entries(answer, FIELD)
        return {
            job_id: [(entry, json.loads(event)) for entry, event in found[keys.live(job_id)]]
            for job_id in since
            if keys.live(job_id) in found
        }

    async def _look(self) -> None:
        """Look up, for all jobs at once, which have ended and where the others stand."""
        while True:
            for job_id in self._topics:
                self._call(job_id)  # a bell may be lost, or a read have failed: nobody waits longer
            with suppress(DatabaseError):  # it is away: the next look tells
                began = time.monotonic()
                ended, places = await _stand_of(list(self._topics))
                for job_id in ended:
                    for follower in self._followers(job_id):
                        follower.end()
                for job_id, place in places.items():
                    for follower in self._followers(job_id):
                        follower.stands(place, at=began)
            await asyncio.sleep(LOOK_SECONDS)

    def _followers(self, job_id: int) -> Iterable[Follower]:
        topic = self._topics.get(job_id)
        return tuple(topic.followers) if topic is not None else ()


@sync_to_async
def _stand_of(job_ids: list[int]) -> tuple[list[int], dict[int, Position]]:
    """Which jobs have ended, and the place of each that waits."""
    try:
        rows = list(Job.objects.filter(pk__in=job_ids).values_list("pk", "state", "pool"))
        waiting = {pk: pool for pk, state, pool in rows if state == JobState.QUEUED}
        ended = [pk for pk, state, _pool in rows if state in ENDED]
        gone = set(job_ids) - {pk for pk, _state, _pool in rows}
        places: dict[int, Position] = {}
        for pool in WorkerPool.objects.filter(pk__in=set(waiting.values())):
            told = positions(pool)
            places |= {pk: told[pk] for pk, where in waiting.items() if where == pool.pk and pk in told}
        return [*ended, *gone], places
    finally:
        if not connection.in_atomic_block:
            connection.close()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop: a web process has one."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
