"""What a person who teaches says of a submission: points for the parts that no test can judge, and comments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from courses.exercises.models.submissions import Submission


class Review(models.Model):
    """One submission, read by a person. ``version`` counts the saves, so that two who grade at once cannot silently
    overwrite each other. ``courses.exercises.reviewing`` alone writes it."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="review")
    #: {part: {"points": number or None, "comment": text}}; None: this part still waits.
    parts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    comment = models.TextField(blank=True)  #: on the whole
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.submission_id}: version {self.version}"
