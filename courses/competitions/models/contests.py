"""A competition over all releases of its course, and what one release says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from courses.accounts.models import User
from courses.catalog.models import Course, localized
from courses.cohorts.models import Cohort, Enrollment

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
    def slug(self) -> str:
        return str(self.competition.slug)

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
