"""One line of the audit trail. It names people and things by words, so that it stays true when they are deleted."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """A line of the audit trail cannot be changed or deleted."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, *subjects: str) -> AuditEventQuerySet:
        """What was done to these subjects, the latest first."""
        return self.filter(subject__in=subjects)

    def update(self, **_changes: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AuditEvent(models.Model):
    """Somebody did something. ``trail.record`` writes these, and nothing else does."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    actor = models.CharField(_("account"), max_length=64, blank=True)  #: "user:7", or "the dispatcher"
    actor_name = models.CharField(_("who"), max_length=150, blank=True)  #: as the account was called at the time
    action = models.CharField(_("what"), max_length=48)  #: noun and verb, e.g. "pool.pause"
    subject = models.CharField(_("subject"), max_length=120)  #: e.g. "pool:cpu", "job:12"
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ("-id",)
        indexes = [models.Index(fields=["subject", "-id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.actor_name or '–'}: {self.action} {self.subject}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnly
