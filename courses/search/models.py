"""What can be found: the texts of what courses show now, cut into passages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Course


class Kind(models.TextChoices):
    """What a hit belongs to. Five are the library's own kinds; discussions are found by their own app."""

    CHAPTER = "chapter", _("Chapter")
    EXERCISE = "exercise", _("Exercise")
    FAQ = "faq", _("Question and answer")
    LECTURE = "lecture", _("Lecture or course")
    EVENT = "event", _("Event")
    PAPER = "paper", _("Paper")
    DATASET = "dataset", _("Data set")
    TOOL = "tool", _("Tool")
    DISCUSSION = "discussion", _("Discussion")


class Passage(models.Model):
    """A section of a chapter, a task, a question or an entry of the library, in one language.

    A course has those of its current release and no others: ``courses.search.indexing`` writes them.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=16, choices=Kind)
    slug = models.CharField(max_length=200)
    language = models.CharField(max_length=20)
    anchor = models.CharField(max_length=200, blank=True)  #: of the section in its page; empty: the page's beginning
    title = models.TextField()  #: of the chapter, the exercise, the entry
    heading = models.TextField(blank=True)  #: of the section
    body = models.TextField(blank=True)
    position = models.PositiveIntegerField()  #: in the course, for equal hits
    #: Title, heading and body, folded as queries are: see ``courses.search.words.fold``.
    index = models.TextField()

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["course", "kind", "slug"], name="passage_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}#{self.anchor}"
