"""Live events of a job: a bounded stream in Valkey that pages follow and may resume. Losing one changes no grade."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.db import connection

from workers import keys
from workers.pools import valkey
from workers.pools.models import ENDED, Job

log = logging.getLogger(__name__)

MAX_EVENTS = 2000
KEEP_SECONDS = 3600
BLOCK_MS = 5000
LAST_WORDS_MS = 300  #: the end is recorded first and told right after
STREAM_ID = re.compile(r"\d{1,20}-\d{1,20}")
FIELD = "e"


def publish(job_id: int, event: Mapping[str, Any], *, client: redis.Redis | None = None) -> None:
    """Tell whoever follows ``job_id``. A broker that is away costs the event, nothing else."""
    key = keys.live(job_id)
    pipe = (client or valkey.prompt()).pipeline(transaction=False)
    pipe.xadd(key, {FIELD: json.dumps(event)}, maxlen=MAX_EVENTS, approximate=True)
    pipe.expire(key, KEEP_SECONDS)
    try:
        pipe.execute()
    except redis.RedisError as error:
        log.warning("live event of job %s is lost: %s", job_id, error)


async def follow(job_id: int, last_id: str = "") -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield what happened since ``last_id`` (empty: from the start), then what happens, to the ``done`` event.

    The stream is a hint: where it is lost or Valkey is away, the end is read from the database.
    """
    cursor = last_id if STREAM_ID.fullmatch(last_id) else "0-0"
    client = valkey.streaming()
    try:
        while True:
            entries = await _read(client, job_id, cursor)
            for cursor, event in entries:
                yield cursor, event
                if event.get("kind") == "done":
                    return
            if not entries and await _has_ended(job_id):
                yield cursor, {"kind": "done"}
                return
    finally:
        await client.aclose()


async def _read(client: redis.asyncio.Redis, job_id: int, cursor: str) -> list[tuple[str, dict[str, Any]]]:
    key = keys.live(job_id)
    try:
        answer = await client.xread({key: cursor}, count=200)
        if not answer:
            patience = LAST_WORDS_MS if await _has_ended(job_id) else BLOCK_MS
            answer = await client.xread({key: cursor}, count=200, block=patience)
    except redis.ConnectionError:
        await asyncio.sleep(1)
        return []
    return [(entry, json.loads(event)) for entry, event in valkey.entries(answer, FIELD).get(key, [])]


@sync_to_async
def _has_ended(job_id: int) -> bool:
    """Asked every few seconds by every follower, so the connection is not kept between: a thousand would be."""
    try:
        return Job.objects.filter(pk=job_id, state__in=ENDED).exists()
    finally:
        if not connection.in_atomic_block:
            connection.close()
