"""Who takes part: teams with their places on the boards, people, and invitations."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.competitions.models.contests import Competition


class TeamQuerySet(models.QuerySet["Team"]):
    def taking_part(self) -> TeamQuerySet:
        """Those that a board may show: neither disqualified nor part of another team by now."""
        return self.filter(disqualified_at=None, merged_into=None)

    def ranked(self) -> TeamQuerySet:
        """Those that take a rank: not baselines."""
        return self.taking_part().filter(baseline="")


class Team(models.Model):
    """Who is ranked: one person or several, or a baseline. Its places on the boards are written by ``standings``."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=60)
    baseline = models.CharField(max_length=80, blank=True)  #: slug of the author's baseline; empty: people
    created = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="merged")
    disqualified_at = models.DateTimeField(null=True)
    disqualified_because = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)  #: of a self-paced competition: when it ended for this team
    entry_count = models.PositiveIntegerField(default=0)  #: scored ones that count

    #: Sort keys ascend: the score, or its negative where more is better. null: no score yet, or its time has not come.
    public_score = models.FloatField(null=True)
    public_key = models.FloatField(null=True)
    public_at = models.DateTimeField(null=True)  #: when the entry with this score came
    private_score = models.FloatField(null=True)
    private_key = models.FloatField(null=True)
    private_at = models.DateTimeField(null=True)
    public_rank = models.PositiveIntegerField(null=True)  #: at the reveal, for the shake-up
    private_rank = models.PositiveIntegerField(null=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["competition", "name"], name="one_team_of_a_name")]
        indexes: ClassVar = [
            models.Index(
                fields=["competition", f"{board}_key", f"{board}_at", "id"],
                condition=Q(disqualified_at=None, merged_into=None),
                name=f"team_{board}_order",
            )
            for board in ("public", "private")
        ]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """One person in one competition, always in one team."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="competitions")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    joined = models.DateTimeField()  #: when the rules were accepted
    rules = models.CharField(max_length=64)  #: sha256 of the rules that were accepted, in all languages

    class Meta:
        ordering = ["joined", "pk"]
        constraints = [models.UniqueConstraint(fields=["competition", "user"], name="one_person_one_team")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.competition_id}"


class Invitation(models.Model):
    """A team asks another to become one with it; a person alone is a team of one."""

    host = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    guest = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invited")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField()

    class Meta:
        ordering = ["created"]
        constraints = [models.UniqueConstraint(fields=["host", "guest"], name="one_invitation_of_two_teams")]

    def __str__(self) -> str:
        return f"{self.host_id} → {self.guest_id}"
