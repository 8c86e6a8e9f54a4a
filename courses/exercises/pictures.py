"""Pictures in the text of a notebook that was handed in: its own, and those of the exercise's ``data/``.

All of it is a stranger's. A picture becomes a part of the page only if it is one of four kinds that browsers draw
without running anything (an SVG is none of them), and small enough to be drawn. Nothing is fetched from elsewhere: the
reader's browser would tell that place who grades, and when.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from PIL import Image

from courses.authoring.models import ReleaseFile
from courses.catalog.models import Exercise

MAX_BYTES = 5 * 1024 * 1024  #: of one picture
MAX_ALL = 16 * 1024 * 1024  #: of all in what was handed in
MAX_PICTURES = 60
MAX_PIXELS = 25_000_000
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_INLINE = re.compile(r"data:image/[a-z]{3,4};base64,(.*)", re.DOTALL)
_FILE = re.compile(r"(?:\./)?(?:data/)?([^/\\:?#]+(?:/[^/\\:?#]+)*\.(?:png|jpe?g|gif|webp))", re.IGNORECASE)


class Pictures:
    """Finds them for one page; what is beyond the limits of a page is not found."""

    def __init__(self, exercise: Exercise | None) -> None:
        self._exercise = exercise
        self._known: dict[str, str] = {}  #: file -> as found
        self._room, self._left = MAX_ALL, MAX_PICTURES

    def find(self, address: str, attachments: Mapping[str, Any]) -> str:
        """The picture as a ``data:`` address; empty: there is none.

        Args:
            address: as the text has it: ``attachment:NAME``, ``data:image/png;base64,…``, or a file of the exercise.
            attachments: of the cell, by name.
        """
        if address.startswith("attachment:"):
            return self._shown(_attached(attachments.get(unquote(address.removeprefix("attachment:")))))
        if inline := _INLINE.fullmatch(address):
            return self._shown(_decoded(unquote(inline[1])))
        file = _FILE.fullmatch(unquote(address))
        if file is None:
            return ""
        name = file[1].replace("/", "__")  # as an import from nbgrader calls it
        if name not in self._known:
            self._known[name] = self._shown(self._of_exercise(name))
        return self._known[name]

    def _of_exercise(self, name: str) -> bytes:
        if self._exercise is None:
            return b""
        path = f"/exercises/{self._exercise.slug}/data/{name}"
        rows = ReleaseFile.objects.filter(release=self._exercise.release_id, path__endswith=path)
        found = rows.filter(source__size__lte=MAX_BYTES).select_related("source").first()
        return bytes(found.source.content) if found is not None else b""

    def _shown(self, content: bytes) -> str:
        if not content or len(content) > min(MAX_BYTES, self._room) or self._left <= 0:
            return ""
        self._left -= 1
        kind = _kind_of(content)
        if not kind:
            return ""
        self._room -= len(content)
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _attached(variants: object) -> bytes:
    """The first kind of an attachment that is a picture."""
    for kind, content in variants.items() if isinstance(variants, dict) else ():
        text = "".join(map(str, content)) if isinstance(content, list) else content
        if kind in _KINDS.values() and isinstance(text, str):
            return _decoded(text)
    return b""


def _decoded(text: str) -> bytes:
    if len(text) > 2 * MAX_BYTES:
        return b""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _kind_of(content: bytes) -> str:
    """What browsers draw of it, by its first bytes; its pixels are counted, not decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(_KINDS)) as picture:
                width, height = picture.size
                return _KINDS[picture.format or ""] if width * height <= MAX_PIXELS else ""
    except (OSError, ValueError, KeyError, SyntaxError, Image.DecompressionBombError):  # as Pillow has it
        return ""
