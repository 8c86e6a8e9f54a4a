"""A release's list of chapters is read once, and never shown in the place of another's."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.authoring.publish import prepare, publish, roll_back
from courses.catalog.contents import contents_of
from courses.catalog.models import Course
from tests.courses.authoring.sample import FILES, write_course

PAGE = "/courses/sums/"


def renamed(folder: Path, title: str) -> Path:
    text = FILES["01-start/chapter.en.md"]
    assert text is not None
    return write_course(folder, changes={"01-start/chapter.en.md": text.replace("The start", title)})


def test_the_second_reader_costs_less(sums: Course, client: Client) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[1] == counts[0] - 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_release_and_language_has_its_own(sums: Course, client: Client, tmp_path: Path, language: str) -> None:
    header = {"Accept-Language": language}
    old, new = {"en": ("The start", "The very start"), "zh-hans": ("开始", "开始")}[language]
    assert old in client.get(PAGE, headers=header).content.decode()
    publish(renamed(tmp_path, "The very start"), by=None)
    assert new in client.get(PAGE, headers=header).content.decode()
    roll_back(Course.objects.get(slug="sums"), 1)
    page = client.get(PAGE, headers=header).content.decode()
    assert old in page and "The very start" not in page


def test_what_was_never_published_is_not_kept(sums: Course, tmp_path: Path) -> None:
    release = prepare(renamed(tmp_path, "A draft"), by=None)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert contents_of(release, "en")[0].title == "A draft"
        assert len(queries) == 2
