"""What students write: drafts, submissions, and the grades that count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Enrollment
from graders.report import Outcome
from workers.pools.models import Job, JobState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Draft(models.Model):
    """The text in a student's editor, kept between visits. ``version`` counts the saves, so that two tabs cannot
    silently overwrite each other."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    exercise = models.SlugField(max_length=80)
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course", "exercise"], name="one_draft_an_exercise")]

    def __str__(self) -> str:
        return f"{self.user}: {self.exercise}, version {self.version}"


class Kind(models.TextChoices):
    SUBMISSION = "submission", _("submission")
    RUN = "run", _("run")


class State(models.TextChoices):
    """What a page says about a submission. Derived, never stored: the job is the truth until there is an outcome."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """A submission is seen by who wrote it, by the instructors of its course, and by assistants of its cohort."""
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        author = Enrollment.objects.filter(course=models.OuterRef("course"), user=models.OuterRef("user"))
        return self.filter(
            models.Q(user=user)
            | models.Q(course__in=Enrollment.objects.instructed_by(user))
            | models.Exists(author.filter(cohort__in=Enrollment.objects.cohorts_assisted_by(user)))
        )

    def of(self, user: User, course: Course, exercise: str) -> SubmissionQuerySet:
        return self.filter(user=user, course=course, exercise=exercise)

    def handed_in(self) -> SubmissionQuerySet:
        """Submissions proper, without Runs."""
        return self.filter(kind=Kind.SUBMISSION)

    def spending_attempts(self) -> SubmissionQuerySet:
        """Those whose attempt is spent or may yet be: not given back."""
        return self.handed_in().filter(spent=True)

    def counting(self) -> SubmissionQuerySet:
        """Those that have a score which can become the grade."""
        return self.spending_attempts().filter(ended__isnull=False)

    def counted(self) -> SubmissionQuerySet:
        """Each with ``counted``: its points as they count, see ``counted_score``."""
        total = models.F("score") + Coalesce(models.F("manual_points"), 0.0)
        return self.annotate(
            counted=models.ExpressionWrapper(total * models.F("credit"), output_field=models.FloatField())
        )

    def by_tests(self) -> SubmissionQuerySet:
        """Each with ``by_tests``: its points without those of a person, as they count."""
        earned = Coalesce(models.F("score"), 0.0) * models.F("credit")
        return self.annotate(by_tests=models.ExpressionWrapper(earned, output_field=models.FloatField()))

    def read_before(self, submission: Submission, *, rule: str) -> SubmissionQuerySet:
        """The student's other ones that a person reads instead: the last one, or the one with the most points by tests
        and of equals the newest."""
        rows = self.of(submission.user, submission.course, submission.exercise).counting().filter(manual_max__gt=0)
        if rule == "last":
            return rows.filter(number__gt=submission.number)
        mine = (submission.score or 0.0) * submission.credit
        newer = models.Q(by_tests=mine, number__gt=submission.number)
        return rows.by_tests().filter(models.Q(by_tests__gt=mine) | newer)

    def waiting(self) -> SubmissionQuerySet:
        """Those without an outcome yet."""
        return self.filter(ended__isnull=True)


class Submission(models.Model):
    """What a student handed in, or only ran, and what grading found."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="submissions")
    exercise = models.SlugField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.SUBMISSION)
    #: 1, 2, 3 … within a student's submissions (or Runs) of an exercise.
    number = models.PositiveIntegerField()
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()
    bundle = models.CharField(max_length=64)  #: what it is graded with, even if the course has a newer release
    created = models.DateTimeField(auto_now_add=True)
    spent = models.BooleanField(default=True)  #: whether it costs an attempt; False for a Run, and when given back
    late = models.BooleanField(default=False)
    credit = models.FloatField(default=1.0)  #: which part of its points counts, by the cohort's late rule
    #: Null for the moment between the two inserts of submitting, and once old jobs are swept away.
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")

    # What grading found; empty until it ended.
    ended = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=32, blank=True)
    score = models.FloatField(null=True, blank=True)
    max_score = models.FloatField()
    report: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    #: The report in short, for reading hundreds at once: a list of [test, outcome, points, max points].
    results: models.JSONField[list[Any] | None, list[Any] | None] = models.JSONField(null=True, blank=True)

    # What a person adds, see ``Review``.
    manual_max = models.FloatField(default=0.0)  #: how many of ``max_score`` a person gives; 0: none
    manual_points = models.FloatField(null=True, blank=True)  #: null: nothing was given yet
    marked = models.DateTimeField(null=True, blank=True)  #: when every part had its points; null: not yet

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "exercise", "kind", "number"], name="submissions_are_numbered"
            )
        ]
        indexes = [models.Index(fields=["course", "exercise", "user"])]

    def __str__(self) -> str:
        return f"{self.user}: {self.exercise} #{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("exercises:result", args=[self.pk])

    @property
    def is_run(self) -> bool:
        return self.kind == Kind.RUN

    @property
    def has_ended(self) -> bool:
        return self.ended is not None

    @property
    def state(self) -> State:
        if self.has_ended:
            return State.CANCELLED if self.outcome == Outcome.CANCELLED else State.DONE
        if self.job is not None and self.job.state == JobState.RUNNING:
            return State.RUNNING
        return State.QUEUED

    @property
    def total(self) -> float:
        """What tests and persons gave together."""
        return round((self.score or 0.0) + (self.manual_points or 0.0), 6)

    @property
    def counted_score(self) -> float:
        """The points that count: the total, times what the late rule leaves of it."""
        return round(self.total * self.credit, 6)

    @property
    def waits_for_person(self) -> bool:
        """The tests have run, and somebody still has to read it."""
        return self.has_ended and self.spent and self.manual_max > 0 and self.marked is None


class Grade(models.Model):
    """The points that count for one student in one exercise. Derived from submissions by ``recording`` alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grades")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="grades")
    exercise = models.SlugField(max_length=80)
    score = models.FloatField()
    max_score = models.FloatField()
    submission = models.ForeignKey(Submission, null=True, on_delete=models.SET_NULL, related_name="+")
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course", "exercise"], name="one_grade_an_exercise")]

    def __str__(self) -> str:
        return f"{self.user}: {self.exercise} {self.score:g} / {self.max_score:g}"

    @property
    def is_full(self) -> bool:
        return self.score >= self.max_score
