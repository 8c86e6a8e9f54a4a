"""A code with which one machine may join."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from workers.pools.models import WorkerPool


class JoinCode(models.Model):
    """Made by ``codes.issue``, used up by ``codes.redeem``. Only its hash is kept."""

    digest = models.CharField(max_length=64, unique=True)
    pool = models.ForeignKey(WorkerPool, models.CASCADE, related_name="+")
    node = models.CharField(max_length=48)  #: what the machine will be called
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)  #: NULL: not yet

    class Meta:
        verbose_name = _("code to join")
        verbose_name_plural = _("codes to join")

    def __str__(self) -> str:
        return f"{self.node} ({self.pool.name})"
