"""What other floors do with jobs: enqueue, cancel, hear of the end, give a fresh start."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import redis
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from graders.report import Outcome
from workers import keys
from workers.pools import ledger, ordering, recording, timings, valkey
from workers.pools.clock import database_now
from workers.pools.models import IN_FLIGHT, Job, JobState, Lane, WorkerPool
from workers.ungraded import ungraded

log = logging.getLogger(__name__)

register = recording.register

MAX_SECONDS = 3600.0
HOUR = timedelta(hours=1)


class Refused(Exception):
    """A limit of the pool forbids it now. The message is a sentence for the student."""


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
    group: str = "",
    work: str = "",
    like: str = "",
    prior_seconds: float | None = None,
    max_seconds: float = MAX_SECONDS,
    device: str = "cpu",
    runtime: str = "torch",
    memory_mb: int = 0,
    data: Iterable[str] = (),
    due: datetime | None = None,
    seed: int | None = None,
) -> Job:
    """Put a job in its pool's queue. Call it in the transaction that writes what the job is for.

    A pool that nobody has set up yet is made, so that the pools page shows the queue and that no worker serves it.

    Args:
        group: whose quota it uses besides the account's.
        work: jobs of the same ``work`` take about as long, as soon as some were measured.
        like: before that: work that takes about as long.
        prior_seconds: before that; ``None``: what jobs of the pool take.
        max_seconds: a try that takes longer is taken away from its worker.
        due: the deadline that its owner hurries for.
        seed: of an earlier report, so that hidden tests draw the same again.

    Raises:
        Refused: the account, or its group, has reached a limit of the pool.
    """
    row, _created = WorkerPool.objects.get_or_create(name=pool, defaults={"device": device})
    number = Lane[lane.upper()]
    _admit(row, lane=number, account=account, group=group)
    seconds = round(max(0.05, timings.estimate(row, work, like=like, prior=prior_seconds)), 3)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            owner=owner,
            account=account,
            group=group,
            pool=row,
            lane=number,
            bundle=bundle,
            files=dict(files),
            tests=tests,
            work=work,
            estimated_seconds=seconds,
            max_seconds=max_seconds,
            tag=ordering.charge(row, lane=number, account=account, seconds=seconds),
            device=device,
            runtime=runtime,
            memory_mb=memory_mb,
            data=sorted(data),
            due=due,
            seed=seed,
        )
    log.info("job %d of %s is queued in pool %s", job.pk, owner, pool, extra={"job": job.pk, "owner": owner})
    transaction.on_commit(poke)
    return job


def _admit(pool: WorkerPool, *, lane: Lane, account: str, group: str) -> None:
    if lane not in ledger.STUDENTS:
        return
    now = database_now()
    if pool.hourly_each is not None and lane in ledger.HANDED_IN:
        lately = Job.objects.filter(pool=pool, account=account, created__gt=now - HOUR, lane__in=ledger.HANDED_IN)
        came = lately.order_by("-created").values_list("created", flat=True)
        for first in came[pool.hourly_each - 1 : pool.hourly_each]:
            raise Refused(_often(pool.hourly_each, wait=first + HOUR - now))
    quotas = ((account, pool.quota_seconds), (group, pool.group_quota_seconds))
    for who, quota in quotas:
        if who and quota is not None and ledger.used(pool, who, at=now) >= quota:
            raise Refused(_spent(pool, of_group=who == group))


def _often(limit: int, *, wait: timedelta) -> str:
    told = ngettext(
        "So that everybody gets a turn, %(count)d submission an hour is graded at the moment.",
        "So that everybody gets a turn, %(count)d submissions an hour are graded at the moment.",
        limit,
    ) % {"count": limit}
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    when = ngettext(
        "You can hand in again in %(minutes)d minute.", "You can hand in again in %(minutes)d minutes.", minutes
    )
    return f"{told} {when % {'minutes': minutes}}"


def _spent(pool: WorkerPool, *, of_group: bool) -> str:
    words = {"pool": pool.name, "days": pool.quota_days}
    if of_group:
        return _("Your cohort has used up its time in pool %(pool)s for the last %(days)d days.") % words
    return _("You have used up your time in pool %(pool)s for the last %(days)d days.") % words


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
    queued = recording.reopen(job_id)
    if queued:
        transaction.on_commit(poke)
    return queued


def poke() -> None:
    """Have the dispatcher look at once. It looks by itself every 250 ms, so a broker that is away costs only that."""
    try:
        valkey.prompt().xadd(keys.POKE, {"p": "1"}, maxlen=16, approximate=True)
    except redis.RedisError as error:
        log.warning("the dispatcher could not be poked: %s", error)
