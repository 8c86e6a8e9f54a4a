"""Figures of a Run: decoded here, where a flaw of the decoder reaches nothing, and made anew, so that a page shows
pixels and no byte of the student's."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

from PIL import Image, UnidentifiedImageError

from graders.examiner.running import TestOverran, interrupted_at
from graders.report import MAX_FIGURE_BYTES, MAX_FIGURES

MAX_PIXELS = 16_000_000
MAX_SIDE = 1600
SECONDS = 20.0  #: for all of them; what a bomb may cost is bounded by its pixels already
_FAILURES = (Image.DecompressionBombError, UnidentifiedImageError, OSError, ValueError, SyntaxError, TestOverran)


def made_anew(drawn: Any) -> Iterator[bytes]:
    """Each figure that is one, as a PNG file of ours."""
    deadline = time.monotonic() + SECONDS
    for data in drawn[:MAX_FIGURES] if type(drawn) is tuple else ():
        if type(data) is not bytes:
            continue
        try:
            with interrupted_at(deadline):
                made = _made(data)
        except _FAILURES:  # no picture, or a hostile one
            continue
        if made is not None:
            yield made


def _made(data: bytes) -> bytes | None:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        if image.width * image.height > MAX_PIXELS:
            return None
        picture = Image.new("RGB", image.size, "white")
        picture.paste(image, mask=image.convert("RGBA").getchannel("A"))
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    while True:
        buffer = io.BytesIO()
        picture.save(buffer, format="PNG")
        if len(buffer.getvalue()) <= MAX_FIGURE_BYTES:
            return buffer.getvalue()
        if min(picture.size) < 64:
            return None
        picture = picture.resize((max(1, picture.width * 2 // 3), max(1, picture.height * 2 // 3)))
