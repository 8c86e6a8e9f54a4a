"""The one owner of a course's working copy: its newest release's files, and on top what was saved since.

A working copy belongs to all who may publish the course. Each save names the content that was opened; where somebody
else has saved since, nothing is overwritten and both texts are offered.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from courses.accounts.models import User
from courses.authoring import publish
from courses.authoring.models import Release, ReleaseFile, SourceFile, WorkingFile
from courses.authoring.starting import chapter_files
from courses.catalog.models import Course

MAX_TEXT = 1024 * 1024
MAX_FILE = 20 * 1024 * 1024
#: What a release makes by itself, such as a chapter's notebook to take away.
_MADE = re.compile(r".*\.take-away\.ipynb")
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,5}")


class PathRefused(ValueError):
    """No file of a course can have this name."""


class FileConflict(Exception):
    """Somebody has saved since the file was opened: what they saved is in ``current``."""

    def __init__(self, current: Opened) -> None:
        super().__init__(current.path)
        self.current = current


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file of the working copy."""

    path: str
    digest: str  #: sha256 of its content; empty: it was removed
    change: str  #: "", added, changed or removed, against the newest release
    stale: bool = False  #: a newer release changed it, too
    by: User | None = None
    at: datetime | None = None

    @property
    def folder(self) -> str:
        """The first part of its path; empty for a file of the course itself."""
        return self.path.partition("/")[0] if "/" in self.path else ""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file with its content."""

    path: str
    content: bytes
    digest: str
    by: User | None
    at: datetime | None

    @property
    def text(self) -> str | None:
        """None for what is no text, or too long to edit here."""
        if len(self.content) > MAX_TEXT or b"\0" in self.content:
            return None
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            return None


def newest(course: Course) -> Release | None:
    return course.releases.order_by("-number").first()


def listing(course: Course) -> list[Listed]:
    """All files in order, removed ones among them."""
    before_by_path = _released(course)
    saved = {row.path: row for row in course.working_files.select_related("changed_by")}
    found = []
    for path in sorted(before_by_path.keys() | saved.keys()):
        row, before = saved.get(path), before_by_path.get(path, "")
        if row is None:
            found.append(Listed(path=path, digest=before, change=""))
            continue
        digest = row.source_id or ""
        change = "" if digest == before else "removed" if not digest else "changed" if before else "added"
        stale = row.base != before and digest != before
        found.append(Listed(path=path, digest=digest, change=change, stale=stale, by=row.changed_by, at=row.changed))
    return found


def opened(course: Course, path: str) -> Opened | None:
    """A file's content; None where there is none of this name."""
    row = course.working_files.select_related("source", "changed_by").filter(path=path).first()
    if row is not None:
        if row.source is None:
            return None
        content = bytes(row.source.content)
        return Opened(path=path, content=content, digest=row.source.digest, by=row.changed_by, at=row.changed)
    return released(course, path)


def released(course: Course, path: str) -> Opened | None:
    """A file as the newest release has it; None where that has none of this name."""
    release = newest(course)
    file = release.files.select_related("source").filter(path=path).first() if release is not None else None
    if release is None or file is None or _MADE.fullmatch(path):
        return None
    content = bytes(file.source.content)
    return Opened(path=path, content=content, digest=file.source_id, by=release.created_by, at=release.created)


def save(course: Course, path: str, content: bytes, *, over: str, by: User) -> str:
    """Keep a content that was written over the one with digest ``over`` (empty: there was none); its digest.

    Raises:
        PathRefused: the name cannot be a file's.
        FileConflict: the file has another content now.
    """
    if not _PATH.fullmatch(path) or len(path) > 400 or _MADE.fullmatch(path):
        raise PathRefused(path)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        _lock(course)
        _check(course, path, over)
        SourceFile.objects.get_or_create(digest=digest, defaults={"content": content, "size": len(content)})
        _write(course, path, digest, by=by)
    return digest


def start_chapter(course: Course, name: str, *, by: User) -> str:
    """Save the files of a new chapter; the path of its first text. Raises ``NameRefused``, and has saved nothing."""
    with transaction.atomic():
        _lock(course)
        taken = [file.path for file in listing(course)]
        release = newest(course)
        languages = release.course_texts["languages"] if release is not None else course.languages
        files = chapter_files(name, taken=taken, languages=languages)
        for path, text in files.items():
            save(course, path, text.encode(), over="", by=by)
    return next(iter(files))


def remove(course: Course, path: str, *, over: str, by: User) -> None:
    """Take a file out. Raises ``FileConflict`` as ``save``."""
    with transaction.atomic():
        _lock(course)
        _check(course, path, over)
        _write(course, path, None, by=by)


def undo(course: Course, path: str) -> bool:
    """Let go of what was saved of a file since the newest release. False: nothing was."""
    deleted, _per_model = course.working_files.filter(path=path).delete()
    return deleted > 0


def written(course: Course, into: Path) -> Path:
    """The working copy as a folder below ``into``, named after the course."""
    folder = into / course.slug
    folder.mkdir()
    digests = {file.path: file.digest for file in listing(course) if file.digest}
    contents = dict(SourceFile.objects.filter(digest__in=set(digests.values())).values_list("digest", "content"))
    for path, digest in digests.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(bytes(contents[digest]))
    return folder


def prepare(course: Course, *, by: User) -> Release:
    """Make a release of the working copy, which then has nothing of its own any more.

    Raises:
        CourseInvalid: with every mistake in it; nothing has changed.
    """
    saved = dict(course.working_files.values_list("pk", "changed"))
    with tempfile.TemporaryDirectory() as scratch:
        release = publish.prepare(written(course, Path(scratch)), by=by)
    for pk, changed in saved.items():  # what was saved while this ran is not in it, and stays
        WorkingFile.objects.filter(pk=pk, changed=changed).delete()
    return release


def _released(course: Course) -> dict[str, str]:
    release = newest(course)
    if release is None:
        return {}
    rows = ReleaseFile.objects.filter(release=release).values_list("path", "source_id")
    return {path: digest for path, digest in rows if not _MADE.fullmatch(path)}


def _lock(course: Course) -> None:
    Course.objects.select_for_update().get(pk=course.pk)


def _check(course: Course, path: str, over: str) -> None:
    current = opened(course, path)
    if (current.digest if current is not None else "") != over:
        raise FileConflict(current or Opened(path=path, content=b"", digest="", by=None, at=None))


def _write(course: Course, path: str, digest: str | None, *, by: User) -> None:
    base = _released(course).get(path, "")
    if (digest or "") == base:
        course.working_files.filter(path=path).delete()
        return
    values = {"source_id": digest, "base": base, "changed_by": by}
    WorkingFile.objects.update_or_create(course=course, path=path, defaults=values)
