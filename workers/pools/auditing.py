"""Each change that ``changes`` makes, written into the audit trail in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from workers.audit import trail
from workers.pools import faults
from workers.pools.models import Job, Lane, Node, PoolState, WorkerPool

#: What the trail calls each kind of subject.
NOUNS: dict[type, str] = {WorkerPool: "pool", Node: "node", Job: "job"}

#: What was done, as the pages word it; the trail itself keeps the codes.
ACTIONS: Mapping[str, Any] = {
    "pool.pause": _("paused"),
    "pool.drain": _("drained"),
    "pool.resume": _("resumed"),
    "pool.change_slots": _("slots changed"),
    "pool.close_lanes": _("kinds of work that wait changed"),
    "pool.change_limit": _("limit changed"),
    "pool.share_queue": _("queue shared with another pool"),
    "pool.extend": _("deadlines moved"),
    "pool.edit": _("settings changed"),
    "pool.add": _("made"),
    "pool.delete": _("deleted"),
    "node.invite": _("code to join made"),
    "node.join": _("joined"),
    "node.drain": _("drained"),
    "node.resume": _("resumed"),
    "node.quarantine": _("put in quarantine"),
    "node.release": _("trusted again"),
    "node.change_slots": _("slots changed"),
    "node.edit": _("settings changed"),
    "node.delete": _("deleted"),
    "job.cancel": _("cancelled"),
    "job.requeue": _("queued again"),
}
DETAILS: Mapping[str, Any] = {
    "before": _("before"),
    "after": _("after"),
    "reason": _("reason"),
    "shut_out": _("shut out"),
    "limit": _("limit"),
    "lanes": _("wait now"),
    "lanes_before": _("waited before"),
    "to": _("to"),
    "jobs": _("jobs"),
    "pool": _("pool"),
    "node": _("node"),
    "job": _("job"),
    "group": _("group"),
    "due": _("due"),
    "until": _("until"),
    "deadlines": _("deadlines"),
}

#: What people call the settings of a pool.
LIMITS: Mapping[str, Any] = {field.name: field.verbose_name for field in WorkerPool._meta.fields}


def shown(name: str, value: Any) -> str | None:
    """A fault, a state, a lane or a limit among the details, in the reader's language."""
    if isinstance(value, dict) and "code" in value:
        return faults.worded(value)
    if name == "before" and value in PoolState.values:
        return str(PoolState(value).label)
    if name in ("lanes", "lanes_before") and value in Lane.values:
        return str(Lane(value).label)
    return str(LIMITS[value]) if name == "limit" and value in LIMITS else None


def name_of(subject: WorkerPool | Node | Job) -> str:
    """How the trail names a subject: by what people call it, which outlives its row."""
    return f"{NOUNS[type(subject)]}:{subject.pk if isinstance(subject, Job) else subject.name}"


def write_down(actor: str, action: str, subject: WorkerPool | Node | Job, details: dict[str, Any]) -> None:
    """A listener of ``changes``."""
    trail.record(actor, f"{NOUNS[type(subject)]}.{action}", subject=name_of(subject), details=details)
