"""What other floors do with jobs: enqueue, cancel, hear of the end, ask for the position."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from graders.report import Outcome
from workers import keys
from workers.pools import queue, recording, valkey
from workers.pools.clock import database_now
from workers.pools.models import IN_FLIGHT, Job, JobState, Lane, PoolState, WorkerPool
from workers.ungraded import ungraded

log = logging.getLogger(__name__)

register = recording.register


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a queued job stands: an interval for its start, or the reason why none can be given."""

    ahead: int  #: jobs of the pool that start before it
    earliest_seconds: float | None = None
    latest_seconds: float | None = None
    reason: str = ""  #: for people, in their language; empty where there is an interval


def enqueue(
    *,
    kind: str,
    owner: str,
    account: str,
    pool: str,
    lane: str,
    bundle: str,
    files: Mapping[str, str],
    tests: str,
    estimated_seconds: float = 5.0,
) -> Job:
    """Put a job in its pool's queue. Call it in the transaction that writes what the job is for.

    A pool that nobody has set up yet is made, so that the pools page shows the queue and that no worker serves it.
    """
    row, _created = WorkerPool.objects.get_or_create(name=pool)
    job = Job.objects.create(
        kind=kind,
        owner=owner,
        account=account,
        pool=row,
        lane=Lane[lane.upper()],
        bundle=bundle,
        files=dict(files),
        tests=tests,
        estimated_seconds=max(0.1, estimated_seconds),
    )
    transaction.on_commit(poke)
    return job


def cancel(job_id: int, *, queued_only: bool = False) -> bool:
    """End a job that has not ended; ``False`` if a report or somebody else was first.

    The student's processes end a moment later, when the dispatcher has told the worker.
    """
    states = (JobState.QUEUED,) if queued_only else (JobState.QUEUED, *IN_FLIGHT)
    report = ungraded(Outcome.CANCELLED, "cancelled before it was graded")
    ended = recording.end(job_id, state=JobState.CANCELLED, report=report, from_states=states)
    if ended:
        transaction.on_commit(poke)
    return ended


def requeue(job_id: int) -> bool:
    """Give a job that was given up a fresh start, at an administrator's word; ``False`` if it is in another state."""
    fresh = {"errors": 0, "deaths": 0, "lost": 0, "first_lost": None, "not_before": None, "report": None, "ended": None}
    given_up = Job.objects.filter(pk=job_id, state=JobState.GAVE_UP)
    queued = given_up.update(state=JobState.QUEUED, token="", **fresh) == 1
    if queued:
        transaction.on_commit(poke)
    return queued


def poke() -> None:
    """Have the dispatcher look at once. It looks by itself every 250 ms, so a broker that is away costs only that."""
    try:
        valkey.prompt().xadd(keys.POKE, {"p": "1"}, maxlen=16, approximate=True)
    except redis.RedisError as error:
        log.warning("the dispatcher could not be poked: %s", error)


def position(job: Job) -> Position:
    """How many go before ``job`` and when it may start, from the estimated times of what is before it."""
    now = database_now()
    order = [waiting.id for waiting in queue.in_order(job.pool, at=now)]
    ahead = order.index(job.pk) if job.pk in order else 0
    reason = _why_not(job.pool, at=now)
    if reason:
        return Position(ahead=ahead, reason=reason)
    slots = queue.able(job.pool, at=now).aggregate(total=Sum("slots"))["total"]
    before = Job.objects.filter(pk__in=order[:ahead]).aggregate(total=Sum("estimated_seconds"))["total"] or 0.0
    running = _remaining(job.pool, at=now)
    if ahead == 0 and len(running) < slots:
        return Position(ahead=0, earliest_seconds=0.0, latest_seconds=1.0)
    earliest, latest = sum(running) / slots + before / slots, max(running, default=0.0) + before / slots
    return Position(ahead=ahead, earliest_seconds=round(earliest / 2, 1), latest_seconds=round(latest * 2 + 1, 1))


def _why_not(pool: WorkerPool, *, at: datetime) -> str:
    if pool.state != PoolState.ON:
        return _("The pool is paused.")
    if not queue.alive(pool, at=at).exists():
        return _("No worker serves this pool at the moment.")
    if not queue.able(pool, at=at).exists():
        return _("No worker of this pool can take work at the moment.")
    return ""


def _remaining(pool: WorkerPool, *, at: datetime) -> list[float]:
    rows = Job.objects.filter(pool=pool, state__in=IN_FLIGHT).values_list("estimated_seconds", "sent")
    return [max(0.0, seconds - (at - sent).total_seconds()) if sent else seconds for seconds, sent in rows]
