"""Who learns and who teaches in a course: cohorts, their dates, and everybody's role."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.catalog.models import Course

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SELF_PACED = "self-paced"


class LateRule(models.TextChoices):
    ACCEPT = "accept", _("accepted with full points, marked as late")
    PENALTY = "penalty", _("accepted, with points taken off for each day begun")
    REFUSE = "refuse", _("refused")


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User | AnonymousUser) -> CohortQuerySet:
        """A cohort is seen by who is in it and by the instructors of its course."""
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        mine = Enrollment.objects.filter(user=user).values("cohort")
        return self.filter(models.Q(pk__in=mine) | models.Q(course__in=Enrollment.objects.instructed_by(user)))

    def taught_by(self, user: User | AnonymousUser) -> CohortQuerySet:
        """The cohorts whose work somebody grades: an instructor all of the course's, an assistant their own."""
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(
            models.Q(course__in=Enrollment.objects.instructed_by(user))
            | models.Q(pk__in=Enrollment.objects.cohorts_assisted_by(user))
        )


class Cohort(models.Model):
    """A named group in a course. The default one is self-paced and has no dates."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="cohorts")
    slug = models.SlugField(_("slug"), max_length=80, default=SELF_PACED)
    title = models.CharField(_("title"), max_length=200, blank=True)
    late_rule = models.CharField(_("late rule"), max_length=16, choices=LateRule, default=LateRule.ACCEPT)
    #: Per cent of the points that each day begun after the due date takes off, under ``penalty``.
    late_percent = models.PositiveSmallIntegerField(_("per cent a day"), default=10)
    #: In which the dates are meant, whoever reads them where; empty: the site's.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    #: What its members ask is seen by them and their staff alone.
    own_discussions = models.BooleanField(_("keeps its discussions to itself"), default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["course", "slug"]
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="one_cohort_of_a_name")]

    def __str__(self) -> str:
        return self.title or (gettext("self-paced") if self.slug == SELF_PACED else self.slug)

    @classmethod
    def default_for(cls, course: Course) -> Cohort:
        """The self-paced cohort of a course, made when the first learner comes."""
        cohort, _created = cls.objects.get_or_create(course=course, slug=SELF_PACED)
        return cohort

    def credit(self, *, due: datetime | None, at: datetime) -> float:
        """Which part of the points counts for work handed in at ``at``: by the time of submitting, never of grading."""
        if due is None or at <= due or self.late_rule == LateRule.ACCEPT:
            return 1.0
        if self.late_rule == LateRule.REFUSE:
            return 0.0
        days = math.ceil((at - due) / timedelta(days=1))
        return max(0.0, 1.0 - days * self.late_percent / 100)


class ExerciseDates(models.Model):
    """When one exercise opens and is due in one cohort. No row: open, and never due."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="dates")
    exercise = models.SlugField(_("exercise"), max_length=80)
    opens = models.DateTimeField(_("opens"), null=True, blank=True)  #: null: open from the beginning
    due = models.DateTimeField(_("due"), null=True, blank=True)  #: null: never due

    class Meta:
        verbose_name_plural = _("exercise dates")
        constraints = [models.UniqueConstraint(fields=["cohort", "exercise"], name="one_row_of_dates")]

    def __str__(self) -> str:
        return f"{self.cohort}: {self.exercise}"


class Extension(models.Model):
    """A later due date for one person, for one exercise or for all."""

    enrollment = models.ForeignKey("Enrollment", on_delete=models.CASCADE, related_name="extensions")
    exercise = models.SlugField(_("exercise"), max_length=80, blank=True)  #: empty: every exercise
    due = models.DateTimeField(_("due"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["enrollment", "exercise"]
        constraints = [models.UniqueConstraint(fields=["enrollment", "exercise"], name="one_extension_an_exercise")]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.exercise or '*'}"


class Role(models.TextChoices):
    STUDENT = "student", _("student")
    ASSISTANT = "assistant", _("assistant")
    INSTRUCTOR = "instructor", _("instructor")


STAFF_ROLES = (Role.ASSISTANT, Role.INSTRUCTOR)


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def visible_to(self, user: User | AnonymousUser) -> EnrollmentQuerySet:
        """An enrollment is seen by its owner and by those who teach its cohort."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(models.Q(user=user) | models.Q(cohort__in=Cohort.objects.taught_by(user)))

    def students(self) -> EnrollmentQuerySet:
        return self.filter(role=Role.STUDENT)

    def instructed_by(self, user: User) -> models.QuerySet[Enrollment, int]:
        """The keys of the courses in which this user is an instructor, for use in a subquery."""
        return self.filter(user=user, role=Role.INSTRUCTOR).values_list("course", flat=True)

    def cohorts_assisted_by(self, user: User) -> models.QuerySet[Enrollment, int]:
        """The keys of the cohorts in which this user is an assistant, for use in a subquery."""
        return self.filter(user=user, role=Role.ASSISTANT).values_list("cohort", flat=True)


class Enrollment(models.Model):
    """One person in one course: always in a cohort, always in one role."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrollments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments")
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.STUDENT)
    created = models.DateTimeField(auto_now_add=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="one_enrollment_a_course")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
