"""Competitions: what a release says of one, who takes part, what they hand in, and how it was scored.

A ``Competition`` outlives the releases of its course, an ``Edition`` belongs to one. Two columns of scores are kept
apart: ``public_score`` is what was told, rounded, and may be shown; ``private_score`` is read by ``standings`` and
``showing`` alone, which know whether its time has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.catalog.models import Course, localized
from courses.cohorts.models import Cohort, Enrollment
from graders.report import Outcome
from workers.pools.models import Job, JobState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Competition(models.Model):
    """One competition, over all releases of its course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="competitions")
    slug = models.SlugField(max_length=80, unique=True)
    #: By whose bundle, metric and labels entries are scored. A release with another scoring waits for a re-scoring.
    scored_by = models.ForeignKey("Edition", null=True, on_delete=models.PROTECT, related_name="+")
    #: {id of a row: whether it is public}, settled when a row is first published: a corrected label moves none.
    split: models.JSONField[dict[str, bool], dict[str, bool]] = models.JSONField(default=dict)
    revealed_at = models.DateTimeField(null=True)  #: null: private scores are nobody's yet
    version = models.PositiveBigIntegerField(default=0)  #: counts the changes of the boards
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("competitions:overview", args=[self.slug])


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> EditionQuerySet:
        """Those of releases that are what everybody sees."""
        return self.filter(release=F("competition__course__current_release"))

    def visible_to(self, user: User | AnonymousUser) -> EditionQuerySet:
        """A competition is seen by everybody; one for a cohort by its members and the staff of the course."""
        everybodys = Q(cohort="")
        if not isinstance(user, User):
            return self.filter(everybodys)
        if user.is_superuser:
            return self
        mine = Enrollment.objects.filter(
            user=user, course=models.OuterRef("competition__course"), cohort__slug=models.OuterRef("cohort")
        )
        taught = Cohort.objects.taught_by(user).values("course")
        return self.filter(everybodys | models.Exists(mine) | Q(competition__course__in=taught))


class Edition(models.Model):
    """What one release says of a competition."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="editions")
    release = models.ForeignKey("authoring.Release", on_delete=models.CASCADE, related_name="competitions")
    title = models.JSONField()
    summary = models.JSONField()
    spec: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()  #: competition.yaml
    texts = models.JSONField()  #: {page: {language: HTML}}, sanitised at publishing
    files = models.JSONField()  #: of data/: [{"name", "size", "rows", "preview"}]
    ids: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  #: of the rows to predict
    bundle = models.CharField(max_length=64)  #: digest of what scores entries
    cohort = models.CharField(max_length=80, blank=True)  #: slug; empty: everybody may join
    baselines = models.JSONField(default=dict)  #: {slug: {file: text}}

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["competition", "release"], name="one_edition_a_release")]

    def __str__(self) -> str:
        return f"{self.competition_id}: {self.release_id}"

    @property
    def title_text(self) -> str:
        return str(localized(self.title))

    @property
    def summary_text(self) -> str:
        return str(localized(self.summary))

    @property
    def is_code(self) -> bool:
        return bool(self.spec["entry"] == "code")

    def page_html(self, page: str) -> str:
        return str(localized(self.texts[page]))


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
