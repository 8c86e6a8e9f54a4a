"""What teams hand in, and how it was scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.cohorts.models import Enrollment
from courses.competitions.models.contests import Competition
from courses.competitions.models.teams import Participant, Team
from graders.report import Outcome
from workers.pools.models import Job, JobState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class EntryState(models.TextChoices):
    """What a page says about an entry. Derived: the job is the truth until there is an outcome."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SCORED = "scored", _("scored")
    FAILED = "failed", _("not scored")


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User | AnonymousUser) -> EntryQuerySet:
        """An entry is seen by its team and by those who organise the competition."""
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        mine = Participant.objects.filter(user=user).values("team")
        organised = Enrollment.objects.filter(user=user, role="instructor").values("course")
        return self.filter(Q(team__in=mine) | Q(competition__course__in=organised))

    def scored(self) -> EntryQuerySet:
        return self.filter(public_score__isnull=False)

    def counting(self) -> EntryQuerySet:
        """Scored ones of phases that count, in time: what boards are made of."""
        return self.scored().filter(practice=False, counts=True)

    def waiting(self) -> EntryQuerySet:
        return self.filter(ended=None)


class Entry(models.Model):
    """One entry of a team: predictions, or code."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="entries")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="entries")
    #: Who handed it in; null: a baseline, or the account is gone.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="entries")
    created = models.DateTimeField()
    phase = models.CharField(max_length=80, blank=True)
    counts = models.BooleanField(default=True)  #: whether its phase does
    practice = models.BooleanField(default=False)  #: after the end: never counts
    note = models.CharField(_("note"), max_length=120, blank=True)
    digest = models.CharField(max_length=64)  #: sha256 of what was handed in
    spent = models.BooleanField(default=True)  #: whether it uses up one of the day's; False when given back
    selected = models.BooleanField(default=False)  #: chosen by the team as a final one
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    # What scoring found; empty until it ended.
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, blank=True)
    public_score = models.FloatField(null=True)  #: as it was told: rounded; null: not scored
    improved = models.BooleanField(default=True)  #: False: not by a step better, so the team's best was told again
    private_score = models.FloatField(null=True)
    measures = models.JSONField(default=dict)  #: what else the scoring told, such as seconds
    findings = models.JSONField(default=list)  #: why it was not scored

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["team", "created"], name="entry_team"),
            models.Index(fields=["user", "created"], name="entry_user"),
            models.Index(fields=["competition", "digest"], name="entry_digest"),
            models.Index(fields=["competition"], condition=Q(ended=None), name="entry_waiting"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("competitions:entry", args=[self.competition.slug, self.pk])

    @property
    def state(self) -> EntryState:
        if self.ended is not None:
            return EntryState.FAILED if self.public_score is None else EntryState.SCORED
        running = self.job is not None and self.job.state == JobState.RUNNING
        return EntryState.RUNNING if running else EntryState.QUEUED

    @property
    def was_cancelled(self) -> bool:
        return self.outcome == Outcome.CANCELLED


class EntryFiles(models.Model):
    """What was handed in, apart from the entry: lists never read it."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="content")
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()

    def __str__(self) -> str:
        return f"#{self.entry_id}"
