"""Connections of the platform to Valkey.

redis-py waits 5 s and tries ten times by default, which would hold a web request for a minute when the server is away.
"""

from __future__ import annotations

from functools import cache
from typing import cast

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def prompt() -> redis.Redis:
    """For requests: gives up soon, since everything it does is a hint."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=1.0, protocol=2, retry=Retry(NoBackoff(), 1)
    )


def patient() -> redis.Redis:
    """For the dispatcher: may block in reads for a second or two; never retries by itself, since gaps must be seen."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1.0, socket_timeout=5.0, protocol=2, retry=Retry(NoBackoff(), 0)
    )


def streaming() -> redis.asyncio.Redis:
    """For one follower of a live stream."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1.0, socket_timeout=None, protocol=2)


#: One stream's entries: their ids and their one field's value.
Entries = list[tuple[str, bytes]]


def entries(answer: object, field: str) -> dict[str, Entries]:
    """What XREAD found, by stream (redis-py types a union of all protocols); no ``field``: an empty value."""
    batches = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes] | None]]]]", answer or [])
    return {
        stream.decode(): [(entry.decode(), (fields or {}).get(field.encode(), b"")) for entry, fields in batch]
        for stream, batch in batches
    }


def command(client: redis.Redis, *words: str) -> object:
    """A command that redis-py has no fitting method for."""
    return client.execute_command(*words)  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
