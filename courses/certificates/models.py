"""Certificates of completion, which anybody can verify at their address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from courses.accounts.models import User
from courses.catalog.models import Course, localized

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User | AnonymousUser) -> CertificateQuerySet:
        """Whose code somebody has, they may read. In lists each sees their own alone."""
        return self.filter(user=user) if isinstance(user, User) else self.none()

    def valid(self) -> CertificateQuerySet:
        return self.filter(revoked=None)


class Certificate(models.Model):
    """That somebody completed a course. ``issuing`` writes it once; after that it can only be revoked."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="certificates")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=24, unique=True)  #: in its address; 95 random bits
    name = models.CharField(max_length=150, blank=True)  #: as its holder wants it shown; empty: they want no name
    #: {"course": {language: title}, "chapters", "exercises", "release", "finished": ISO 8601 date}
    statement = models.JSONField()
    issued = models.DateTimeField()
    signature = models.CharField(max_length=64)  #: of all of the above, with the site's secret key
    revoked = models.DateTimeField(null=True)  #: null: it is valid
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=200, blank=True)  #: why it was revoked

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "user"], condition=models.Q(revoked=None), name="one_valid_certificate"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("certificates:certificate", args=[self.code])

    @property
    def course_title(self) -> str:
        """What the course was called when it was completed."""
        return str(localized(self.statement["course"]))

    def signed_part(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "course": self.course_id,
            "name": self.name,
            "statement": self.statement,
            "issued": self.issued.isoformat(),
        }
