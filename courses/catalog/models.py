"""What readers see of a course. All but ``Course`` belongs to a release and is never changed, only replaced.

Slugs are stable over releases: submissions, answers and progress point at course and slug, and so outlive a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def localized(mapping: Mapping[str, Any], language: str | None = None) -> Any:
    """The entry in the reader's language, else the first there is; an empty text where there is none at all."""
    chosen = best_language(mapping, language)
    return mapping[chosen] if chosen is not None else ""


def best_language(languages: Mapping[str, Any] | list[str], language: str | None = None) -> str | None:
    """The reader's language, or a near one (``zh`` for ``zh-hans``), or the first."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE).lower()
    known = list(languages)
    if wanted in known:
        return wanted
    near = [name for name in known if name.split("-")[0] == wanted.split("-")[0]]
    return next(iter(near or known), None)


class ChapterDone(models.TextChoices):
    """When a chapter counts as done."""

    QUIZ_AND_EXERCISES = "quiz-and-exercises", _("its quizzes are mastered and its exercises passed")
    READ = "read", _("it has been read")


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> CourseQuerySet:
        """A course without a current release was never published: nobody sees it."""
        return self.filter(current_release__isnull=False)

    def with_counts(self) -> CourseQuerySet:
        """Each course with ``chapter_count`` and ``exercise_count`` of its current release."""
        return self.annotate(
            chapter_count=models.Count("current_release__chapters", distinct=True),
            exercise_count=models.Count("current_release__exercises", distinct=True),
        )


class Course(models.Model):
    """A course. Its texts are copied from the current release's course.yaml."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.JSONField(default=dict)  #: {language: text}
    summary = models.JSONField(default=dict)
    languages = models.JSONField(default=list)
    licence = models.CharField(max_length=200, blank=True)
    pass_mark = models.FloatField(default=0.6)  #: the part of an exercise's points from which on it is passed
    chapter_done = models.CharField(max_length=32, choices=ChapterDone, default=ChapterDone.QUIZ_AND_EXERCISES)
    #: By name: authoring imports this module.
    current_release = models.ForeignKey(
        "authoring.Release", null=True, on_delete=models.PROTECT, related_name="current_of"
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def title_text(self) -> str:
        return str(localized(self.title))

    @property
    def summary_text(self) -> str:
        return str(localized(self.summary))


class Chapter(models.Model):
    """One chapter of one release, rendered."""

    release = models.ForeignKey("authoring.Release", on_delete=models.CASCADE, related_name="chapters")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()  #: the number of its folder, which readers see too
    #: {language: {"title", "summary", "minutes", "prerequisites", "segments", "toc", "source", "notebook", "changed"}}.
    #: A segment is {"kind": "html", "html"}, {"kind": "quiz", "slug"} or {"kind": "exercise", "slug"}; toc: {"level",
    #: "id", "text"}; source and notebook: paths of the release's files; changed: when the source last did (ISO 8601).
    texts = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["release", "slug"], name="one_chapter_of_a_name")]

    def __str__(self) -> str:
        return self.slug

    @property
    def language(self) -> str:
        """The language that the reader gets this chapter in."""
        return best_language(self.texts) or ""

    @property
    def text(self) -> dict[str, Any]:
        return dict(localized(self.texts))

    @property
    def title_text(self) -> str:
        return str(self.text.get("title", ""))

    @property
    def number(self) -> int:
        return int(self.position)

    @property
    def newer_language(self) -> str:
        """Another language in which this chapter changed later than in the reader's own; empty: there is none."""
        changed = {language: text.get("changed", "") for language, text in self.texts.items()}
        newest = max(changed, key=lambda language: changed[language], default="")
        return newest if newest and changed[newest] > changed.get(self.language, "") else ""


class Exercise(models.Model):
    """One exercise of one release: what the pages show, and the digest of what grades it."""

    release = models.ForeignKey("authoring.Release", on_delete=models.CASCADE, related_name="exercises")
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="exercises")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()  #: within the chapter
    title = models.JSONField()
    points = models.FloatField()
    statement = models.JSONField()  #: {language: HTML}
    #: exercise.yaml as data: mode, files, runtime, needs, limits, attempts, counts, supersede, solution, forbid,
    #: prerequisites, and tests as a list of {name, points, title, hints, feedback, reveal, output, seconds}.
    spec = models.JSONField()
    starter = models.JSONField()  #: {file name: text}
    solution = models.JSONField()  #: {file name: text}; shown when ``spec["solution"]`` allows it
    visible_test = models.TextField()
    bundle = models.CharField(max_length=64)  #: digest, see workers.pools.bundles
    exercise_digest = models.CharField(max_length=64)
    pool = models.CharField(max_length=80)

    class Meta:
        ordering = ["chapter__position", "position"]
        constraints = [models.UniqueConstraint(fields=["release", "slug"], name="one_exercise_of_a_name")]

    def __str__(self) -> str:
        return self.slug

    @property
    def title_text(self) -> str:
        return str(localized(self.title))

    @property
    def statement_html(self) -> str:
        """Sanitised at publishing."""
        return str(localized(self.statement))


class Page(models.Model):
    """A page beside the chapters; for now the FAQ."""

    release = models.ForeignKey("authoring.Release", on_delete=models.CASCADE, related_name="pages")
    slug = models.SlugField(max_length=80)
    texts = models.JSONField()  #: {language: {"entries": [{"id", "question", "html"}]}}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "slug"], name="one_page_of_a_name")]

    def __str__(self) -> str:
        return self.slug


class ChapterProgress(models.Model):
    """How far one reader has come with one chapter, over all releases."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chapter_progress")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="progress")
    chapter = models.SlugField(max_length=80)
    read_at = models.DateTimeField(auto_now_add=True)  #: when it was first opened
    done_at = models.DateTimeField(null=True)  #: null: not yet done, by the course's ``chapter_done``
    place = models.CharField(max_length=200, blank=True)  #: the section that was read last: its id in the chapter

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course", "chapter"], name="one_progress_a_chapter")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.chapter}"
