"""Figures are served by content, for ever, and can do nothing but be looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from courses.authoring.models import ReleaseFile
from courses.authoring.publish import publish
from courses.catalog.models import Chapter
from tests.courses.authoring.sample import FILES, SVG, write_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def figure(tmp_path: Path) -> str:
    publish(write_course(tmp_path), by=None)
    found = re.search(r'src="(/courses/sums/files/[^"]+)"', str(Chapter.objects.get(slug="start").texts["en"]))
    assert found
    return found[1]


def test_a_figure_is_served_with_its_own_policy(client: Client, figure: str) -> None:
    response = client.get(figure)
    assert response.content.decode() == SVG
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_a_browser_that_has_it_gets_no_second_copy(client: Client, figure: str) -> None:
    etag = client.get(figure).headers["ETag"]
    assert client.get(figure, headers={"If-None-Match": etag}).status_code == 304


def test_a_figure_outlives_its_release(client: Client, figure: str, tmp_path: Path) -> None:
    publish(write_course(tmp_path, changes={"01-start/figures/box.svg": SVG.replace("100", "90")}), by=None)
    assert client.get(figure).status_code == 200


def test_a_file_that_a_text_links_to_is_a_download(client: Client, tmp_path: Path) -> None:
    text = FILES["02-next/chapter.en.md"] + "\n[the data](data.csv)\n"
    publish(write_course(tmp_path, changes={"02-next/chapter.en.md": text, "02-next/data.csv": "1,2\n"}), by=None)
    found = re.search(r'href="(/courses/sums/files/[^"]+/data.csv)"', str(Chapter.objects.get(slug="next").texts["en"]))
    assert found
    response = client.get(found[1])
    assert response.content == b"1,2\n"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="data.csv"'


@pytest.mark.parametrize("path", ["01-start/exercises/addition/test_hidden.py", "01-start/quizzes/start.yaml"])
def test_nothing_else_of_a_course_is_served(client: Client, figure: str, path: str) -> None:
    digest = ReleaseFile.objects.get(path=path).source_id
    for name in (path.rpartition("/")[2], "box.svg"):
        assert client.get(f"/courses/sums/files/{digest}/{name}").status_code == 404
    assert client.get(figure.replace("box.svg", "other.svg")).status_code == 404
    assert client.get(figure.replace("/sums/", "/other/")).status_code == 404
