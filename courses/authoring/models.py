"""Releases of courses and the files they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.catalog.models import Course

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User | AnonymousUser) -> ReleaseQuerySet:
        """The history of a course is for those who may publish it."""
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        taught = user.enrollments.filter(role="instructor").values_list("course", flat=True)
        return self.filter(course__in=taught)


class Release(models.Model):
    """A snapshot of a course: the one that its course names as current is what everybody sees."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()  #: 1, 2, 3, … within the course
    digest = models.CharField(max_length=64)  #: over all source files and the version of what renders them
    course_texts = models.JSONField()  #: what course.yaml said, to be put back when the release is rolled back to
    created = models.DateTimeField(auto_now_add=True)
    #: When it first became what everybody sees; null: only prepared, seen by those who teach the course.
    published_at = models.DateTimeField(null=True)
    #: null: made from the command line, or the account is gone
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["course", "-number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_release_of_a_number")]

    def __str__(self) -> str:
        return f"{self.course} #{self.number}"

    @property
    def is_current(self) -> bool:
        return self.course.current_release_id == self.pk


class SourceFile(models.Model):
    """The content of a file, kept once however many releases have it."""

    digest = models.CharField(max_length=64, primary_key=True)  #: sha256, in hex
    content = models.BinaryField()
    size = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return self.digest


class ReleaseFile(models.Model):
    """One file of one release."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=400)  #: within the course folder
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="+")
    #: Served to anybody: figures and downloads. The rest (hidden tests, solutions, keys) never leaves the server.
    public = models.BooleanField(default=False)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="one_file_of_a_path")]

    def __str__(self) -> str:
        return self.path


class KeptPart(models.Model):
    """What the last release made of one part of a course, so that the next renders and checks only what changed."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=500)
    inputs = models.CharField(max_length=64)  #: digest of its files, and of the code that makes it
    #: ``asked`` and ``value`` of ``source.memory``, as JSON; a text keeps the order of keys, which is the author's.
    content = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "name"], name="one_kept_part_of_a_name")]

    def __str__(self) -> str:
        return self.name


class WorkingFile(models.Model):
    """A file that an author has saved in the studio since the newest release."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="working_files")
    path = models.CharField(max_length=400)
    source = models.ForeignKey(SourceFile, null=True, on_delete=models.PROTECT, related_name="+")  #: null: taken out
    base = models.CharField(max_length=64, blank=True)  #: digest in the newest release when it was saved; empty: none
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["course", "path"], name="one_working_file_of_a_path")]

    def __str__(self) -> str:
        return self.path


class CheckState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("failed")  #: it came to no end; ``trouble`` says why


class ExerciseCheck(models.Model):
    """What ``graders.strength`` found out about the tests of one exercise, as long as its files are the same."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="checks")
    exercise = models.SlugField(max_length=80)
    digest = models.CharField(max_length=64)  #: over all files of the exercise's folder
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")  #: whose files are checked
    state = models.CharField(max_length=8, choices=CheckState.choices, default=CheckState.WAITING)
    answers = models.PositiveIntegerField(default=0)  #: graded so far
    proof = models.JSONField(null=True)  #: ``graders.strength.showing.as_dict``; null: not done
    trouble = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked = models.DateTimeField(auto_now_add=True)
    seen = models.DateTimeField(null=True)  #: when its process last said that it was at work
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked", "pk"]
        constraints = [models.UniqueConstraint(fields=["course", "exercise", "digest"], name="one_check_of_a_content")]

    def __str__(self) -> str:
        return f"{self.course}/{self.exercise} ({self.state})"

    @property
    def percent(self) -> float | None:
        """The test strength in per cent; ``None`` where it is not known or there was nothing to mutate."""
        share = (self.proof or {}).get("strength")
        return None if share is None else 100 * share
