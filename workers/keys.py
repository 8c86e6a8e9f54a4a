"""Where things lie in Valkey. A node's user reaches its own prefix and, to read, the bundles; nothing else."""

from __future__ import annotations

import re

#: Names of nodes stand in key patterns of access rules, so no pattern character may be in them.
NODE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")

#: The one Celery task that a node knows.
GRADE_TASK = "gradus.grade"

#: The platform's own Celery queue for background work.
PLATFORM_PREFIX = "gradus:platform:"

#: A stream: whoever changed something that the dispatcher waits for adds an entry, so that it looks at once.
POKE = "gradus:poke"

LIVE_PREFIX = "gradus:live:"


def node_prefix(node: str) -> str:
    return f"gr:node:{node}:"


def node_out(node: str) -> str:
    """The stream on which a node says everything it has to say."""
    return f"gr:node:{node}:out"


def node_answers(node: str, worker: str) -> str:
    """The list on which one worker of a node is answered."""
    return f"gr:node:{node}:answers:{worker}"


def worker_queue(worker: str) -> str:
    """A worker's Celery queue, under its node's prefix. A restarted worker has a new name, so old orders die unread."""
    return f"orders:{worker}"


def node_user(node: str) -> str:
    return f"node-{node}"


def bundle(digest: str) -> str:
    return f"gr:bundle:{digest}"


def live(job: int) -> str:
    """The stream of a job's live events, which pages follow."""
    return f"{LIVE_PREFIX}{job}"
