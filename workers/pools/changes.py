"""What administrators change: each change is one function, which pages, the admin, commands and tests all call.

Each is a guarded update and answers whether it changed anything: ``False`` means that it was so already, or that
somebody was faster. ``actor`` is who did it, in words ("user:3", or "the dispatcher"). Whoever keeps a record of
changes listens, see :func:`listen`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Literal

import redis
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from workers.pools import access, jobs, ordering, valkey
from workers.pools.faults import Fault
from workers.pools.models import Health, Job, JobState, Lane, Node, PoolState, Worker, WorkerPool

log = logging.getLogger(__name__)

#: (actor, action, subject, details): called in the transaction of the change.
Listener = Callable[[str, str, "WorkerPool | Node | Job", dict[str, Any]], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have ``listener`` called after each change, in its transaction. Called from ``AppConfig.ready``."""
    _listeners.append(listener)


def tell(actor: str, action: str, subject: WorkerPool | Node | Job, **details: Any) -> None:
    """Tell the listeners of a change. Call it in the transaction of the change."""
    for listener in _listeners:
        listener(actor, action, subject, details)
    transaction.on_commit(jobs.poke)


def _in_valkey(change: Callable[[], None]) -> None:
    """Tell Valkey once the change stands. If it is away, the dispatcher does it later, by comparing."""

    def attempt() -> None:
        try:
            change()
        except redis.RedisError as error:
            log.warning("Valkey does not know of the change yet: %s", error)

    transaction.on_commit(attempt)


@transaction.atomic
def pause(pool: WorkerPool, *, actor: str) -> bool:
    """Give nothing more out; what runs is finished, what waits keeps its place."""
    return _set_state(pool, PoolState.PAUSED, actor=actor, action="pause")


@transaction.atomic
def resume(subject: WorkerPool | Node, *, actor: str) -> bool:
    """Give work out again: to a pool that was paused or draining, or to a node that was draining."""
    if isinstance(subject, WorkerPool):
        return _set_state(subject, PoolState.ON, actor=actor, action="resume")
    return _set_draining(subject, draining=False, actor=actor)


@transaction.atomic
def drain(subject: WorkerPool | Node, *, actor: str) -> bool:
    """Let a pool or a node run empty, to switch its machines off. A pool is paused once nothing runs in it."""
    if isinstance(subject, WorkerPool):
        return _set_state(subject, PoolState.DRAINING, actor=actor, action="drain")
    return _set_draining(subject, draining=True, actor=actor)


def _set_state(pool: WorkerPool, state: PoolState, *, actor: str, action: str) -> bool:
    changed = WorkerPool.objects.filter(pk=pool.pk).exclude(state=state).update(state=state) == 1
    if changed:
        tell(actor, action, pool, before=pool.state)
    return changed


def _set_draining(node: Node, *, draining: bool, actor: str) -> bool:
    changed = Node.objects.filter(pk=node.pk, draining=not draining).update(draining=draining) == 1
    if changed:
        tell(actor, "drain" if draining else "resume", node)
    return changed


@transaction.atomic
def quarantine(node: Node, reason: Fault, *, actor: str, shut_out: bool = False) -> bool:
    """Trust a node with nothing until somebody releases it.

    Args:
        shut_out: it may not even connect any more, and what it has sent is thrown away; otherwise what it runs is
            heard to its end.
    """
    trusted = Node.objects.filter(pk=node.pk, quarantined=None)
    changed = trusted.update(quarantined=timezone.now(), quarantine_reason=reason) == 1
    if shut_out:
        changed |= Node.objects.filter(pk=node.pk, shut_out=False).update(shut_out=True) == 1
        _in_valkey(lambda: access.shut_out(valkey.prompt(), node))
    if changed:
        health = {"health": Health.QUARANTINED, "health_reason": reason, "health_since": timezone.now()}
        Worker.objects.filter(node=node, gone=None).update(**health)
        tell(actor, "quarantine", node, reason=reason, shut_out=shut_out)
    return changed


@transaction.atomic
def release(node: Node, *, actor: str) -> bool:
    """Trust a node again; its workers have to pass their trial first, where the pool has one."""
    rows = Node.objects.filter(pk=node.pk, quarantined__isnull=False)
    changed = rows.update(quarantined=None, quarantine_reason={}, shut_out=False, failures={}) == 1
    if changed:
        fresh = Health.CANARY if node.pool.canary_minutes else Health.OK
        on_trial = {"health": fresh, "health_reason": {}, "health_since": timezone.now(), "canary_at": None}
        Worker.objects.filter(node=node, gone=None).update(**on_trial)
        _in_valkey(lambda: access.grant(valkey.prompt(), Node.objects.filter(pk=node.pk)))
        tell(actor, "release", node, reason=node.quarantine_reason)
    return changed


@transaction.atomic
def cancel(job: Job, *, actor: str) -> bool:
    """End a job that has not ended; its student's attempt comes back."""
    changed = jobs.cancel(job.pk)
    if changed:
        tell(actor, "cancel", job)
    return changed


@transaction.atomic
def requeue(job: Job, *, actor: str) -> bool:
    """Give a job that was given up a fresh start."""
    changed = jobs.requeue(job.pk)
    if changed:
        tell(actor, "requeue", job)
    return changed


@transaction.atomic
def change_slots(subject: WorkerPool | Node, slots: int | None, *, actor: str) -> bool:
    """Let a pool or a node run at most ``slots`` jobs at once; ``None``: as many as its workers offer.

    What runs is not touched: with fewer slots than jobs, nothing new starts until enough have ended.
    """
    rows = type(subject)._default_manager.filter(pk=subject.pk, slots=subject.slots)
    changed = slots != subject.slots and rows.update(slots=slots) == 1
    if changed:
        tell(actor, "change_slots", subject, before=subject.slots, after=slots)
    return changed


@transaction.atomic
def close_lanes(pool: WorkerPool, lanes: Collection[Lane], *, actor: str) -> bool:
    """Let the jobs of ``lanes`` (regrades and checks, say) wait, so that others go first; no lanes: open all."""
    closed = sorted(int(lane) for lane in lanes)
    changed = WorkerPool.objects.filter(pk=pool.pk).exclude(closed_lanes=closed).update(closed_lanes=closed) == 1
    if changed:
        tell(actor, "close_lanes", pool, lanes_before=pool.closed_lanes, lanes=closed)
    return changed


Limit = Literal["in_flight_each", "hourly_each", "quota_seconds", "group_quota_seconds", "quota_days"]


@transaction.atomic
def change_limit(pool: WorkerPool, limit: Limit, value: int | None, *, actor: str) -> bool:
    """Set one of a pool's limits for each student or cohort; ``None``: no limit."""
    before = getattr(pool, limit)
    changed = before != value and WorkerPool.objects.filter(pk=pool.pk, **{limit: before}).update(**{limit: value}) == 1
    if changed:
        tell(actor, "change_limit", pool, limit=limit, before=before, after=value)
    return changed


@transaction.atomic
def share_queue(pool: WorkerPool, other: WorkerPool, *, actor: str, whole: bool = False) -> int:
    """Give every second job that waits in ``pool``, or all, to ``other``, in the same order; how many went.

    Only what both pools can do alike: the caller chooses a pool whose machines have what the jobs need.
    """
    rows = WorkerPool.objects.select_for_update(no_key=True).filter(pk__in=(pool.pk, other.pk)).order_by("pk")
    locked = {row.pk: row for row in rows}
    source, target = locked[pool.pk], locked[other.pk]
    waiting = Job.objects.queued().filter(pool=source, pinned=None).order_by(*ordering.ORDER)
    moved = 0
    for lane in Lane:
        ids = list(waiting.filter(lane=lane).values_list("pk", flat=True))[slice(None) if whole else slice(1, None, 2)]
        shift = float(target.clocks.get(str(lane.value), 0.0)) - float(source.clocks.get(str(lane.value), 0.0))
        for start in range(0, len(ids), 500):
            queued = Job.objects.filter(pk__in=ids[start : start + 500], state=JobState.QUEUED)
            moved += queued.update(pool=target, tag=F("tag") + shift)
    if moved:
        tell(actor, "share_queue", pool, to=other.name, jobs=moved)
    return moved


#: (group, due, until) -> how many deadlines were moved.
Extender = Callable[[str, datetime, datetime], int]

_extenders: list[Extender] = []


def register_extender(extender: Extender) -> None:
    """Have ``extender`` move deadlines of groups. Called from ``AppConfig.ready`` of the app that knows them."""
    _extenders.append(extender)


@transaction.atomic
def extend(pool: WorkerPool, group: str, due: datetime, until: datetime, *, actor: str) -> int:
    """Move the deadline ``due`` of a group that waits in ``pool`` to ``until``; how many deadlines were moved."""
    moved = sum(extender(group, due, until) for extender in _extenders)
    if moved:
        Job.objects.filter(group=group, due=due, ended=None).update(due=until)
        tell(actor, "extend", pool, group=group, due=due.isoformat(), until=until.isoformat(), deadlines=moved)
    return moved
