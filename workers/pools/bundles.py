"""What nodes need to grade an exercise: kept in the database under its digest, placed in Valkey when a job needs it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

import redis
from django.utils import timezone

from workers import keys
from workers.pools.models import ENDED, Bundle, Job

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
    if Bundle.objects.filter(digest=digest).update(stored=timezone.now()) == 0:
        Bundle.objects.get_or_create(digest=digest, defaults={"content": content, "size": len(content)})
    return digest


def forget(*, stored_before: datetime, in_use: Collection[str]) -> int:
    """Delete bundles that nothing names: no course, no submission (``in_use``), and no job that is to be graded."""
    old = set(Bundle.objects.filter(stored__lt=stored_before).values_list("digest", flat=True))
    waiting = set(Job.objects.exclude(state__in=ENDED).values_list("bundle", flat=True))
    unused = old - waiting - set(in_use)
    deleted, _ = Bundle.objects.filter(digest__in=unused, stored__lt=stored_before).delete()
    return deleted


def place(client: redis.Redis, digest: str) -> bool:
    """Put a bundle where nodes can read it, unless it lies there; ``False`` if nobody has stored it."""
    if client.expire(keys.bundle(digest), PLACED_SECONDS):
        return True
    bundle = Bundle.objects.filter(digest=digest).first()
    if bundle is None:
        return False
    client.set(keys.bundle(digest), bytes(bundle.content), ex=PLACED_SECONDS)
    return True
