"""Writing the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model

from workers.audit.models import AuditEvent

PERSON = "user:"


def record(actor: str, action: str, *, subject: str, details: Mapping[str, Any] | None = None) -> AuditEvent:
    """Write down that ``actor`` did something. Call it in the transaction of the change: both happen, or neither.

    Args:
        actor: who did it: ``"user:7"`` for an account, else words, e.g. ``"the dispatcher"``.
        action: noun and verb, e.g. ``"pool.pause"``.
        subject: to what, e.g. ``"pool:cpu"``.
        details: what it was before and what it became, and the reason that was given. Never a secret or student code.
    """
    return AuditEvent.objects.create(
        actor=actor, actor_name=_name_of(actor), action=action, subject=subject, details=dict(details or {})
    )


def _name_of(actor: str) -> str:
    """What the account is called now; the line keeps it when the account has gone."""
    number = actor.removeprefix(PERSON)
    if not actor.startswith(PERSON) or not number.isdecimal():
        return actor
    user = get_user_model()._default_manager.filter(pk=int(number)).first()
    return user.get_username() if user is not None else actor
