"""All entries scored again, kept beside the old scores until somebody applies them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.competitions.models.contests import Competition, Edition
from courses.competitions.models.entries import Entry
from workers.pools.models import Job


class Rescoring(models.Model):
    """All entries scored again, by another edition: looked at first, then applied or dropped."""

    class State(models.TextChoices):
        SCORING = "scoring", _("being scored")
        APPLIED = "applied", _("applied")
        DROPPED = "dropped", _("dropped")

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="rescorings")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.SCORING)
    created = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["competition"], condition=Q(state="scoring"), name="one_rescoring_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.competition_id}: {self.state}"


class Rescored(models.Model):
    """One entry's scores under a re-scoring; read by it alone."""

    rescoring = models.ForeignKey(Rescoring, on_delete=models.CASCADE, related_name="results")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    ended = models.DateTimeField(null=True)
    public = models.FloatField(null=True)
    private = models.FloatField(null=True)
    measures = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rescoring", "entry"], name="one_result_an_entry")]

    def __str__(self) -> str:
        return f"{self.rescoring_id}: {self.entry_id}"
