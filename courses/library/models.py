"""The library: five kinds of things worth knowing, one model."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import localized


class Kind(models.TextChoices):
    LECTURE = "lecture", _("Lecture or course")
    EVENT = "event", _("Event")
    PAPER = "paper", _("Paper")
    DATASET = "dataset", _("Data set")
    TOOL = "tool", _("Tool")


class Level(models.TextChoices):
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class ListingQuerySet(models.QuerySet["Entry"]):
    def current(self) -> ListingQuerySet:
        """Entries of the releases that are being shown."""
        return self.filter(release__current_of__isnull=False)

    def dated(self) -> ListingQuerySet:
        """Events with a day that a calendar can show."""
        return self.filter(models.Q(start__isnull=False) | models.Q(deadline__isnull=False), kind=Kind.EVENT)


class Entry(models.Model):
    """One lecture, event, paper, data set or tool, as a course's folder lists it."""

    release = models.ForeignKey("authoring.Release", on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=16, choices=Kind)
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.JSONField()
    summary = models.JSONField()
    url = models.URLField(max_length=500, blank=True)
    people = models.CharField(max_length=400, blank=True)  #: authors, lecturers or the organiser
    year = models.PositiveSmallIntegerField(null=True)  #: null: not said
    languages = models.JSONField(default=list)  #: what it is in, not what its texts are in
    level = models.CharField(max_length=16, choices=Level, blank=True)  #: empty: not said
    topics = models.JSONField(default=list)
    start = models.DateField(null=True)  #: of an event; null: not said
    end = models.DateField(null=True)
    deadline = models.DateField(null=True)  #: for handing in; null: none, or not said
    place = models.CharField(max_length=200, blank=True)
    #: For filters that every database answers alike: ``,en,zh-hans,``, ``,attention,``, all texts in lower case.
    language_index = models.CharField(max_length=200, blank=True)
    topic_index = models.CharField(max_length=500, blank=True)
    search_index = models.TextField(blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "slug"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["release", "kind", "slug"], name="one_entry_of_a_name")]

    def __str__(self) -> str:
        return self.slug

    @property
    def title_text(self) -> str:
        return str(localized(self.title))

    @property
    def summary_text(self) -> str:
        return str(localized(self.summary))
