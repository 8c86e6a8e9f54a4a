"""Who uses the platform."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. What somebody may do in a course is their role in a cohort (``courses.cohorts``), not a flag here."""

    language = models.CharField(_("language"), max_length=16, blank=True)  #: empty: the browser's
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)  #: empty: the browser's
