"""Forgetting what nobody needs any more."""

from __future__ import annotations

from datetime import datetime

from workers import keys
from workers.pools import valkey
from workers.pools.live import KEEP_SECONDS
from workers.pools.models import Worker


def forget_workers(*, gone_before: datetime) -> int:
    """Delete workers that went long ago, with what is left of their queues; jobs keep their reports."""
    gone = list(Worker.objects.filter(gone__lt=gone_before).select_related("node"))
    for worker in gone:
        prefix, queue = keys.node_prefix(worker.node.name), keys.worker_queue(worker.name)
        valkey.prompt().unlink(f"{prefix}{queue}", f"{prefix}_kombu.binding.{queue}")
    Worker.objects.filter(pk__in=[worker.pk for worker in gone]).delete()
    return len(gone)


def expire_streams() -> int:
    """Give live streams without an end one; there are some if a writer died between adding and expiring."""
    client, count = valkey.prompt(), 0
    for key in client.scan_iter(match=f"{keys.LIVE_PREFIX}*", count=500):
        if client.ttl(key) == -1:
            client.expire(key, KEEP_SECONDS)
            count += 1
    return count
