"""An exercise to take home: a zip that runs its visible tests with PyTorch and pytest alone, and hands itself in.

It holds what the page shows to everybody, and nothing else: statement, starter, visible tests, the data of students.
"""

from __future__ import annotations

import io
import json
import stat
import zipfile
from importlib import resources
from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from courses.authoring.models import ReleaseFile
from courses.catalog.models import Course, Exercise, best_language
from courses.exercises.terms import Terms
from workers.pools.models import Bundle

#: In the archive -> in ``courses.exercises.handout``.
_OURS = {"conftest.py": "student_fixture.py", "submit.py": "submit.py", "gradus.py": "gradus.py"}
_VISIBLE = "test_visible.py"


def archive_response(request: HttpRequest, course: Course, exercise: Exercise) -> HttpResponse:
    content = archive_of(course, exercise, server=request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{exercise.slug}.zip"'
    return response


def archive_of(course: Course, exercise: Exercise, *, server: str) -> bytes:
    """The zip, in the reader's language; all of it lies in one folder named after the exercise.

    Args:
        server: the address of this site, to which ``submit.py`` hands in.
    """
    known = {
        "server": server,
        "course": course.slug,
        "exercise": exercise.slug,
        "files": list(Terms.of(exercise).files),
    }
    files: dict[str, bytes] = {
        "exercise.json": json.dumps(known, indent=2, ensure_ascii=False).encode(),
        "README.md": _readme(course, exercise, server=server).encode(),
        **{name: text.encode() for name, text in exercise.starter.items()},
        **{f"data/{name}": content for name, content in _data_of(exercise).items()},
    }
    ours = resources.files("courses.exercises.handout")
    wanted = _OURS if exercise.visible_test else {"submit.py": "submit.py"}
    files |= {name: (ours / source).read_bytes() for name, source in wanted.items()}
    if exercise.visible_test:
        files[_VISIBLE] = exercise.visible_test.encode()
    return _zipped(exercise.slug, files)


def _readme(course: Course, exercise: Exercise, *, server: str) -> str:
    context = {
        "course": course,
        "exercise": exercise,
        "files": ", ".join(Terms.of(exercise).files),
        "page": server + reverse("exercises:workbench", args=[course.slug, exercise.slug]),
        "profile": server + reverse("accounts:profile"),
        "statement": _statement(exercise),
    }
    return render_to_string("exercises/readme.md", context)


def _statement(exercise: Exercise) -> str:
    """The author's Markdown in the reader's language; empty where the release keeps no sources."""
    language = best_language(exercise.statement, get_language())
    path = f"exercises/{exercise.slug}/statement.{language}.md"
    found = ReleaseFile.objects.filter(release=exercise.release_id, path__endswith=f"/{path}").select_related("source")
    first = found.first()
    return bytes(first.source.content).decode("utf-8", "replace").strip() if first is not None else ""


def _data_of(exercise: Exercise) -> dict[str, bytes]:
    """What the student's code may read; of the bundle nothing else leaves."""
    bundle = Bundle.objects.filter(digest=exercise.bundle).first()
    if bundle is None:
        return {}
    with zipfile.ZipFile(io.BytesIO(bytes(bundle.content))) as packed:
        names = [name for name in packed.namelist() if PurePosixPath(name).parts[0] == "data"]
        return {PurePosixPath(name).name: packed.read(name) for name in names}


def _zipped(folder: str, files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    moment = timezone.localtime().timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{folder}/{name}", date_time=moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()
