"""The library's list and its filters, by GET alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from courses.authoring.publish import publish
from courses.catalog.models import Course
from courses.library.models import Entry
from tests.courses.authoring.sample import write_course

ALL = {"Adding up", "中文讲座", "SumConf"}


def titles(client: Client, query: str = "", language: str = "en") -> set[str]:
    page = client.get(f"/library/?{query}", headers={"Accept-Language": language}).content.decode()
    return {title for title in {*ALL, "加起来"} if f">{title}<" in page}


def test_it_lists_all_five_kinds(client: Client, sums: Course) -> None:
    assert titles(client) == ALL
    assert titles(client, language="zh-hans") == {"加起来", "中文讲座", "SumConf"}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("kind=lecture", {"Adding up", "中文讲座"}),
        ("kind=event", {"SumConf"}),
        ("kind=paper", set()),
        ("topic=sums", ALL),
        ("topic=text", {"Adding up"}),
        ("topic=sum", set()),
        ("language=zh-hans", {"中文讲座"}),
        ("language=en", {"Adding up"}),
        ("level=advanced", {"中文讲座"}),
        ("q=adder", {"Adding up"}),
        ("q=LECTURE+chinese", {"中文讲座"}),
        ("q=中文", {"中文讲座"}),
        ("q=paris", {"SumConf"}),
        ("kind=lecture&level=beginner&q=sums", {"Adding up"}),
        ("kind=nonsense&level=nonsense", ALL),
        ("q=%25", set()),
        ("topic=,", ALL),
        ("page=99", ALL),
        ("page=x", ALL),
    ],
)
def test_filters(client: Client, sums: Course, query: str, wanted: set[str]) -> None:
    assert titles(client, query) == wanted


def test_lectures_come_first(client: Client, sums: Course) -> None:
    page = client.get("/library/").content.decode()
    assert page.index(">Adding up<") < page.index(">SumConf<")


def test_nothing_found_says_so_and_offers_the_way_back(client: Client, sums: Course) -> None:
    page = client.get("/library/?q=zzz").content.decode()
    assert "Nothing fits all of these filters." in page
    assert 'value="zzz"' in page
    assert "0 entries" in page


def test_an_empty_library_says_so(client: Client, db: None) -> None:
    assert "The library is empty" in client.get("/library/").content.decode()


def test_an_event_that_is_over_says_so(client: Client, sums: Course) -> None:
    page = client.get("/library/?kind=event").content.decode()
    assert "over" in page
    assert "Paris" in page


def test_what_was_typed_is_escaped(client: Client, sums: Course) -> None:
    assert "<script>alert" not in client.get("/library/?q=<script>alert(1)</script>").content.decode()


def test_entries_of_earlier_releases_are_not_listed(client: Client, sums: Course, tmp_path: Path) -> None:
    publish(write_course(tmp_path, changes={"lectures.yaml": None, "events.yaml": None}), by=None)
    assert titles(client) == set()
    assert Entry.objects.count() == 3


def test_a_long_list_has_pages_and_few_queries(
    client: Client, sums: Course, django_assert_max_num_queries: Any
) -> None:
    Entry.objects.bulk_create(
        Entry(
            release=sums.current_release,
            kind="paper",
            slug=f"paper-{number}",
            position=number,
            title={"und": f"Paper {number}"},
            summary={"en": "x"},
            topics=["sums"],
            topic_index=",sums,",
        )
        for number in range(100)
    )
    with django_assert_max_num_queries(4):
        page = client.get("/library/?topic=sums&page=2").content.decode()
    assert "Page 2 of 3" in page
    assert "?topic=sums&amp;page=3" in page
