"""The figures and downloads of a course, by their content: an address never changes what it shows."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.authoring.models import ReleaseFile
from courses.authoring.source.places import CAPTIONS, DOWNLOADS, FIGURE_TYPES, VIDEO_TYPES

_TYPES = {**FIGURE_TYPES, **VIDEO_TYPES, **CAPTIONS}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
YEAR = 365 * 24 * 3600
#: An SVG opened by itself is a document of our origin: it may draw, and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@require_safe
def file(request: HttpRequest, course: str, digest: str, name: str) -> HttpResponse:
    """A public file of any release of the course: pages of an earlier release may still be open somewhere."""
    etag = quote_etag(digest)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    found = (
        ReleaseFile.objects.select_related("source")
        .filter(release__course__slug=course, source_id=digest, public=True, path__endswith=f"/{name}")
        .first()
    )
    content_type = _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    if found is None:
        raise Http404(_("There is no such file."))
    response = _part(bytes(found.source.content), request.headers.get("Range", ""))
    response.headers["Content-Type"] = content_type
    response.headers["Accept-Ranges"] = "bytes"
    if name.endswith(DOWNLOADS):
        response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["ETag"] = etag
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _part(content: bytes, wanted: str) -> HttpResponse:
    """The whole, or the one range that was asked for: players of films jump in them (RFC 9110, section 14)."""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or not (match[1] or match[2]):
        return HttpResponse(content)
    size = len(content)
    start = int(match[1]) if match[1] else max(0, size - int(match[2]))
    end = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return HttpResponse(content[start : end + 1], status=206, headers={"Content-Range": f"bytes {start}-{end}/{size}"})
