"""Each change that ``changes`` makes, written into the audit trail in the transaction of the change."""

from __future__ import annotations

from typing import Any

from workers.audit import trail
from workers.pools.models import Job, Node, WorkerPool

#: What the trail calls each kind of subject.
NOUNS: dict[type, str] = {WorkerPool: "pool", Node: "node", Job: "job"}


def name_of(subject: WorkerPool | Node | Job) -> str:
    """How the trail names a subject: by what people call it, which outlives its row."""
    return f"{NOUNS[type(subject)]}:{subject.pk if isinstance(subject, Job) else subject.name}"


def write_down(actor: str, action: str, subject: WorkerPool | Node | Job, details: dict[str, Any]) -> None:
    """A listener of ``changes``."""
    trail.record(actor, f"{NOUNS[type(subject)]}.{action}", subject=name_of(subject), details=details)
