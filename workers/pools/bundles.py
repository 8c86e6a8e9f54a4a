"""What nodes need to grade an exercise: kept in the database under its digest, placed in Valkey when a job needs it."""

from __future__ import annotations

import hashlib

import redis

from workers import keys
from workers.pools.models import Bundle

MAX_BYTES = 64 * 1024 * 1024

#: How long a bundle lies in Valkey after a job last needed it; a node that comes later finds it placed again.
PLACED_SECONDS = 3600


class BundleTooLarge(ValueError):
    """The files that grading needs are larger than a node accepts."""


def store(content: bytes) -> str:
    """Keep ``content`` and return its digest; storing it twice keeps it once."""
    if len(content) > MAX_BYTES:
        raise BundleTooLarge(f"{len(content)} bytes are more than the {MAX_BYTES} that a bundle may have")
    digest = hashlib.sha256(content).hexdigest()
    Bundle.objects.get_or_create(digest=digest, defaults={"content": content, "size": len(content)})
    return digest


def place(client: redis.Redis, digest: str) -> bool:
    """Put a bundle where nodes can read it, unless it lies there; ``False`` if nobody has stored it."""
    if client.expire(keys.bundle(digest), PLACED_SECONDS):
        return True
    bundle = Bundle.objects.filter(digest=digest).first()
    if bundle is None:
        return False
    client.set(keys.bundle(digest), bytes(bundle.content), ex=PLACED_SECONDS)
    return True
