"""Invitations to a class: a link for one person, or a key that a whole class types in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.cohorts.models import Cohort, Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def good(self, at: datetime) -> InvitationQuerySet:
        """Those that somebody may still follow."""
        return self.filter(withdrawn=None, expires__gt=at).exclude(uses_left=0)


class Invitation(models.Model):
    """Whoever has its code may join a cohort. Kept in plain text: those who invite look it up again."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.STUDENT)
    code = models.CharField(max_length=24, unique=True)  #: 95 random bits
    email = models.EmailField(_("e-mail"), blank=True)  #: where it was sent; empty: a key for many
    uses_left = models.PositiveIntegerField(null=True)  #: how many may still follow it; null: any number
    expires = models.DateTimeField()
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn = models.DateTimeField(null=True)  #: null: it was not

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.cohort}: {self.role}"

    def get_absolute_url(self) -> str:
        return reverse("invitations:join", args=[self.code])
