"""The bundled course and its readers, for ``benchmarks.readers``. Import it once Django is set up."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse

from benchmarks._measuring import ROOT
from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.catalog.models import Chapter, Course
from courses.cohorts.enrolling import enroll


def publish_course(folder: Path) -> list[str]:
    """The addresses of its chapters, whose style sheets and scripts are at hand, too."""
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(
        collect, cwd=ROOT, check=True
    )  # in a process of its own: here the settings leave them where they are
    release = publish(folder, by=None)
    slugs = Chapter.objects.filter(release=release).values_list("slug", flat=True)
    return [reverse("catalog:chapter", args=[release.course.slug, slug]) for slug in slugs]


def people(count: int) -> list[str]:
    """So many readers, enrolled and signed in: the keys of their sessions."""
    course = Course.objects.get(current_release__isnull=False)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = []
    for number in range(count):
        user = User.objects.create_user(f"reader-{number}", f"reader-{number}@example.org", "!")
        enroll(user, course)
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        keys.append(str(session.session_key))
    return keys
