"""What a person who grades sees of the pictures in a notebook: the student's own and the exercise's, and no others."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zlib

import pytest
from PIL import Image

from courses.authoring.models import Release, ReleaseFile, SourceFile
from courses.catalog.models import Course, Exercise
from courses.exercises.handed_in import shown_files
from tests.courses.conftest import make_exercise


def picture(kind: str = "PNG", size: tuple[int, int] = (3, 2)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(buffer, kind)
    return buffer.getvalue()


def huge() -> bytes:
    """A PNG of a few bytes that claims 10 gigapixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def shown(source: str, *, exercise: Exercise | None = None, **attachments: object) -> str:
    cell = {"cell_type": "markdown", "metadata": {}, "source": source, "attachments": attachments}
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    (file,) = shown_files({"submission.ipynb": text}, exercise=exercise, mode="notebook")
    return str(file.cells[0].html)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_that_was_pasted_is_shown(kind: str) -> None:
    content, mime = picture(kind), f"image/{kind.lower()}"
    html = shown("See ![my plot](attachment:my%5Fplot)", my_plot={mime: in_base64(content)})
    assert f'src="data:{mime};base64,{in_base64(content)}"' in html
    assert 'alt="my plot"' in html


def test_a_picture_in_the_text_itself_is_shown() -> None:
    html = shown(f"![](data:image/png;base64,{in_base64(picture())})\n\n<img src='attachment:a' alt='b'>", a={})
    assert html.count("<img") == 1
    assert "![b](attachment:a)" in html


@pytest.mark.parametrize(
    ("address", "kind", "content"),
    [
        ("attachment:a", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("attachment:a", "image/png", b"<svg onload='alert(1)'/>"),
        ("attachment:a", "image/png", huge()),
        ("attachment:a", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("attachment:a", "text/html", picture()),
        ("https://elsewhere.example/who-grades.png", "image/png", picture()),
        ("//elsewhere.example/a.png", "image/png", picture()),
        ("/accounts/logout/?a.png", "image/png", picture()),
        ("data/../../solution.ipynb", "image/png", picture()),
        ("#picture-0", "image/png", picture()),
    ],
)
def test_what_is_no_plain_picture_of_its_own_stays_text(address: str, kind: str, content: bytes) -> None:
    html = shown(f"![x]({address})", a={kind: in_base64(content)})
    assert "<img" not in html
    assert "![x]" in html


def test_attachments_that_are_none_harm_nobody() -> None:
    for given in (["image/png"], {"image/png": 7}, {"image/png": "…"}, None):
        assert "<img" not in shown("![](attachment:a)", a=given)


@pytest.mark.django_db
def test_a_picture_of_the_exercise_comes_from_its_data_alone(course: Course) -> None:
    made = make_exercise(course, slug="plot")
    release = Release.objects.get(pk=made.release_id)
    for number, path in enumerate(("data/digit.png", "data/img__b.png", "hidden/key.png", "plot.png")):
        content = picture(size=(number + 1, 1))
        source = SourceFile.objects.create(digest=str(number) * 64, content=content, size=len(content))
        ReleaseFile.objects.create(release=release, path=f"01-a/exercises/plot/{path}", source=source)
    html = shown(
        "![](data/digit.png) ![](digit.png) ![](img/b.png) ![](hidden/key.png) ![](plot.png) ![](data/no.png)",
        exercise=made,
    )
    digit, other = in_base64(picture(size=(1, 1))), in_base64(picture(size=(2, 1)))
    assert re.findall(r'src="data:image/png;base64,([^"]+)"', html) == [digit, digit, other]
    assert html.count("<code>") == 3
