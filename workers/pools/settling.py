"""What follows when the clock that leases go by is set: nobody is late, and nothing waits, because of that alone.

Moments in the database keep their distance from now: what was half a lease away is so still. No job is taken from a
worker that speaks, none is charged for an hour that never was, and no lease of a dead worker lasts an hour longer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from workers.pools.models import IN_FLIGHT, Job, Worker
from workers.pools.terms import ERROR_PAUSES, LEASE

#: A clock that has gone by so much more, or less, than the monotonic one was set; what is less no lease notices.
STEP_SECONDS = 5.0


@transaction.atomic
def clock_was_set(by: timedelta) -> None:
    """Move every moment that something is still measured from or due at, since the clock went ``by`` beside time."""
    Job.objects.held().update(lease_until=F("lease_until") + by)
    Job.objects.filter(ended=None, state__in=IN_FLIGHT).update(sent=F("sent") + by, started=F("started") + by)
    waiting = Job.objects.filter(ended=None)
    waiting.filter(not_before__isnull=False).update(not_before=F("not_before") + by)
    waiting.filter(first_lost__isnull=False).update(first_lost=F("first_lost") + by)
    Worker.objects.filter(gone=None).update(last_seen=F("last_seen") + by, canary_at=F("canary_at") + by)


@transaction.atomic
def from_another_clock(*, at: datetime) -> None:
    """Bring what lies farther ahead than it can to where it may be at most: the clock was set while nobody looked."""
    Job.objects.held().filter(lease_until__gt=at + LEASE).update(lease_until=at + LEASE)
    longest = at + max(ERROR_PAUSES)
    Job.objects.filter(ended=None, not_before__gt=longest).update(not_before=longest)
    Worker.objects.filter(gone=None, last_seen__gt=at).update(last_seen=at)
