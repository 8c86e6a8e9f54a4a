"""Live events of a job: a bounded stream in Valkey that pages follow and may resume. Losing one changes no grade.

Whoever tells something adds it to the job's stream and rings its bell, an empty message on a channel. The hub of a web
process (``hub``) hears the bells of all jobs that it has pages for and reads their streams; a page that comes later, or
comes back, reads from its own last event on.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import redis

from workers import keys
from workers.pools import followers, hub, valkey

log = logging.getLogger(__name__)

MAX_EVENTS = 2000
KEEP_SECONDS = 3600
STREAM_ID = re.compile(r"\d{1,20}-\d{1,20}")


def publish(job_id: int, event: Mapping[str, Any], *, client: redis.Redis | None = None) -> None:
    """Tell whoever follows ``job_id``. A broker that is away costs the event, nothing else."""
    key = keys.live(job_id)
    pipe = (client or valkey.prompt()).pipeline(transaction=False)
    pipe.xadd(key, {hub.FIELD: json.dumps(event)}, maxlen=MAX_EVENTS, approximate=True)
    pipe.expire(key, KEEP_SECONDS)
    pipe.publish(key, "")
    try:
        pipe.execute()
    except redis.RedisError as error:
        log.warning("live event of job %s is lost: %s", job_id, error)


async def follow(job_id: int, last_id: str = "") -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield what happened since ``last_id`` (empty: from the start), then what happens, to the ``done`` event.

    The stream is a hint: where it is lost or Valkey is away, the end is read from the database. While the job waits,
    its place in the queue is told from time to time, as events of the kind ``position`` without an id.
    """
    cursor = last_id if STREAM_ID.fullmatch(last_id) else followers.START
    async with hub.here().follower(job_id, cursor) as follower:
        async for entry, event in follower:
            yield entry, event
            if event.get("kind") == "done":
                return
