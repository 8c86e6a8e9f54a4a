"""Grading again what was graded before: held as a preview, until an instructor says what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.exercises.models.submissions import Submission
from workers.pools.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RegradeState(models.TextChoices):
    RUNNING = "running", _("running")
    READY = "ready", _("waits for your word")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (RegradeState.RUNNING, RegradeState.READY, RegradeState.APPLYING)


class RegradeScope(models.TextChoices):
    COUNTING = "counting", _("the submissions that count now")
    EVERY = "every", _("every submission")


class RegradeQuerySet(models.QuerySet["Regrade"]):
    def visible_to(self, user: User | AnonymousUser) -> RegradeQuerySet:
        """A regrade is seen by the instructors of its course."""
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(course__in=Enrollment.objects.filter(user=user, role=Role.INSTRUCTOR).values("course"))

    def still_open(self) -> RegradeQuerySet:
        return self.filter(state__in=OPEN)


class Regrade(models.Model):
    """One exercise's submissions, graded again with the tests of the current release. Changed by
    ``courses.exercises.regrading`` and ``applying`` alone, by guarded updates."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="regrades")
    exercise = models.SlugField(max_length=80)
    cohort = models.ForeignKey(Cohort, null=True, on_delete=models.SET_NULL, related_name="+")  #: null: all cohorts
    scope = models.CharField(max_length=16, choices=RegradeScope, default=RegradeScope.EVERY)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=16, choices=RegradeState, default=RegradeState.RUNNING)
    bundle = models.CharField(max_length=64)  #: what it grades with
    #: What a job of it needs: of the exercise when it began.
    spec: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    points = models.FloatField()  #: of the exercise then
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lowering = models.BooleanField(default=False)  #: the word of whoever applied it that grades may fall
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    closed = models.DateTimeField(null=True)  #: when it was applied or cancelled; null: it is open
    #: What applying it did, or has done so far: {"raised", "lowered", "kept", "unchanged"}, each a number of students.
    summary: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)

    objects = RegradeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "exercise"], condition=models.Q(state__in=OPEN), name="one_open_regrade_an_exercise"
            )
        ]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.exercise}, {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ResultState(models.TextChoices):
    WAITING = "waiting", _("not yet queued")
    QUEUED = "queued", _("queued")
    DONE = "done", _("graded")
    FAILED = "failed", _("could not be graded")


class RegradedSubmission(models.Model):
    """What grading one submission again found. The submission itself is not touched until it is applied."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="results")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="regraded")
    state = models.CharField(max_length=16, choices=ResultState, default=ResultState.WAITING)
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=32, blank=True)
    score = models.FloatField(null=True)  #: null: not graded (yet)
    report: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    results: models.JSONField[list[Any] | None, list[Any] | None] = models.JSONField(null=True)  #: as in ``Submission``
    settled = models.BooleanField(default=False)  #: applied, or left as it was: the student's turn is over

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["regrade", "submission"], name="one_result_a_submission")]
        indexes = [models.Index(fields=["regrade", "state"])]

    def __str__(self) -> str:
        return f"{self.regrade_id}: {self.submission_id}, {self.state}"
