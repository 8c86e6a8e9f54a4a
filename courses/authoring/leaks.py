"""Looks at a published course as a student who has just enrolled, and says which secrets can be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import PurePosixPath

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from courses.accounts.models import ApiToken, User
from courses.authoring.models import ReleaseFile
from courses.authoring.source.leaks import Secret, found_in, open_text, parts_of, plain, secrets_of
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll


class VisitFailed(Exception):
    """An address could not be read, so that nothing is proved; the message names it."""


def secrets_of_course(course: Course) -> set[Secret]:
    """The secrets of all exercises of the current release: what nothing that the author shows openly has."""
    folders: dict[str, dict[str, bytes]] = {}
    shown: list[str] = []
    for row in ReleaseFile.objects.filter(release=course.current_release_id).select_related("source").iterator():
        path = PurePosixPath(row.path)
        if len(path.parts) > 3 and path.parts[1] == "exercises":
            folders.setdefault(path.parts[2], {})["/".join(path.parts[3:])] = bytes(row.source.content)
        elif path.name.startswith(("chapter.", "faq.")):
            shown += parts_of(path.name, bytes(row.source.content).decode("utf-8", "replace"))
    known = "\n".join([plain("\n".join(shown)), *(open_text(files) for files in folders.values())])
    return set().union(*(secrets_of(slug, files, known) for slug, files in folders.items()))


def find_leaks(course: Course) -> list[tuple[str, Secret]]:
    """Each secret that a new student can read, with the address. Nothing of the visit stays. Raises ``VisitFailed``."""
    secrets = secrets_of_course(course)
    found: list[tuple[str, Secret]] = []
    with transaction.atomic():
        user = User.objects.create_user(f"visitor-{get_random_string(12).lower()}")
        enroll(user, course)
        _row, token = ApiToken.objects.issue(user=user, name="leaks")
        for address, name, content in _everything(course, user, token):
            found += [(address, secret) for secret in found_in(secrets, name, content)]
        transaction.set_rollback(True)
    return found


def _everything(course: Course, user: User, token: str) -> Iterator[tuple[str, str, bytes]]:
    """All that the student gets: address, name, content; of an archive each file by itself."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in ("*", "") and not host.startswith(".")]
    client = Client(raise_request_exception=False, SERVER_NAME=hosts[0] if hosts else "localhost")
    client.force_login(user)
    bearer = {"Authorization": f"Bearer {token}"}
    for address in _addresses(course):
        response = client.get(address, headers=bearer if address.startswith("/api/") else {}, secure=True)
        if response.status_code != HTTPStatus.OK:
            raise VisitFailed(f"{address} answers {response.status_code}")
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        if response.get("Content-Type", "") == "application/zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{address} {name}", name, archive.read(name)
        else:
            yield address, address, content


def _addresses(course: Course) -> Iterator[str]:
    release = course.current_release
    yield reverse("catalog:course", args=[course.slug])
    yield f"/api/v1/courses/{course.slug}"
    if release is None:
        return
    for chapter in release.chapters.all():
        yield reverse("catalog:chapter", args=[course.slug, chapter.slug])
        yield f"/api/v1/courses/{course.slug}/chapters/{chapter.slug}"
    for exercise in release.exercises.all():
        yield reverse("exercises:workbench", args=[course.slug, exercise.slug])
        yield reverse("exercises:archive", args=[course.slug, exercise.slug])
        yield from (reverse("exercises:starter", args=[course.slug, exercise.slug, name]) for name in exercise.starter)
    for row in ReleaseFile.objects.filter(release=release, public=True):
        yield reverse("authoring:file", args=[course.slug, row.source_id, PurePosixPath(row.path).name])
