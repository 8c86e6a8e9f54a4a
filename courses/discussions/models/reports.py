"""What readers complain about, and what a post said before it was edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.cohorts.models import Enrollment
from courses.discussions.models.posts import Post, Question

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Reason(models.TextChoices):
    SOLUTION = "solution", _("It gives a solution away")
    RUDE = "rude", _("It is rude or hurtful")
    SPAM = "spam", _("It is advertising, or has nothing to do with the course")
    PRIVATE = "private", _("It tells something private")
    OTHER = "other", _("Something else")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> ReportQuerySet:
        """A report is seen by those who moderate: an instructor's are all of the course, an assistant's those of the
        questions that they see."""
        if not isinstance(user, User):
            return self.none()
        staffed = Enrollment.objects.filter(user=user).exclude(role="student").values("course")
        rows = self if user.is_superuser else self.filter(post__question__course__in=staffed)
        return rows.filter(post__question__in=Question.objects.visible_to(user))

    def still_open(self) -> ReportQuerySet:
        return self.filter(settled=None)


class Report(models.Model):
    """A reader says that a post should not be there."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="post_reports")
    reason = models.CharField(_("reason"), max_length=16, choices=Reason, default=Reason.OTHER)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    settled = models.DateTimeField(null=True)  #: null: nobody has looked at it yet

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="one_report_a_reader")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.reason}"


class Revision(models.Model):
    """What a post said until it was edited. Its author and staff may read it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    title = models.CharField(max_length=150, blank=True)  #: of the question, where the post opens one
    text = models.TextField()
    until = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.until}"
