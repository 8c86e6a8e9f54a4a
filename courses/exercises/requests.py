"""What the exercise pages read from a request: the files of a form or of a script, and which answer is wanted."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.exercises.files import FilesRefused, FilesTooLarge, text_of_upload
from graders.schema import MAX_ANSWER

FILE_FIELD = "file:"


def posted_files(request: HttpRequest) -> tuple[dict[str, object], int | None]:
    """The files and the draft version that a form or a script sent; None where no version was sent.

    Raises:
        FilesRefused: the body is not what it says it is.
    """
    if request.content_type == "application/json":
        return _from_json(request)
    files: dict[str, object] = {
        name.removeprefix(FILE_FIELD): str(text).replace("\r\n", "\n")
        for name, text in request.POST.items()
        if name.startswith(FILE_FIELD)
    }
    for name, upload in request.FILES.items():
        if name.startswith(FILE_FIELD) and isinstance(upload, UploadedFile):
            if (upload.size or 0) > max(MAX_ANSWER.values()):
                raise FilesTooLarge(_("The files are too large."))
            files[name.removeprefix(FILE_FIELD)] = text_of_upload(name, upload.read())
    version = str(request.POST.get("draft_version", ""))
    return files, int(version) if version.isascii() and version.isdigit() else None


def _from_json(request: HttpRequest) -> tuple[dict[str, object], int | None]:
    try:
        data: Any = json.loads(request.body)
    except RequestDataTooBig as error:
        raise FilesTooLarge(_("The files are too large.")) from error
    except (ValueError, RecursionError) as error:
        raise FilesRefused(_("The body is not JSON.")) from error
    files = data.get("files") if isinstance(data, dict) else None
    if not isinstance(files, dict):
        raise FilesRefused(_("The body must be an object with “files”."))
    version = data.get("version", data.get("draft_version"))
    return files, version if isinstance(version, int) and not isinstance(version, bool) else None


def wants_json(request: HttpRequest) -> bool:
    """A script asked, not a form: it said so in ``Accept``."""
    return request.accepts("application/json") and not request.accepts("text/html")


def wants_fragment(request: HttpRequest) -> bool:
    return bool(request.GET.get("fragment") or request.headers.get("HX-Request"))
