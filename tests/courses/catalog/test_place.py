"""The section that somebody stopped at is kept, and offered when they come back."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import ChapterProgress, Course
from courses.cohorts.enrolling import enroll

CHAPTER = "/courses/sums/chapters/start/"


@pytest.fixture
def reader(client: Client, sums: Course, alice: User) -> Client:
    enroll(alice, sums)
    client.force_login(alice)
    client.get(CHAPTER)
    return client


def test_the_page_and_home_lead_back_to_it(reader: Client) -> None:
    assert reader.post(CHAPTER + "place/", {"place": "second-things"}).status_code == 204
    page = reader.get(CHAPTER).content.decode()
    assert 'href="#second-things">Go on where you stopped: <span lang="en">Second things</span>' in page
    home = reader.get("/").content.decode()
    assert f'href="{CHAPTER}#second-things"' in home and "Read on: The start" in home


def test_the_beginning_and_a_section_of_another_language_are_not_offered(reader: Client) -> None:
    for place, language in (("first", "en"), ("second-things", "zh-hans")):
        reader.post(CHAPTER + "place/", {"place": place})
        assert "resume" not in reader.get(CHAPTER, headers={"Accept-Language": language}).content.decode()


@pytest.mark.parametrize("place", ["", "nowhere", '"><script>', "x" * 5000])
def test_only_sections_of_the_chapter_are_kept(reader: Client, place: str) -> None:
    assert reader.post(CHAPTER + "place/", {"place": place}).status_code == 400
    assert ChapterProgress.objects.get().place == ""


def test_a_chapter_that_is_done_begins_at_its_beginning(reader: Client) -> None:
    reader.post(CHAPTER + "place/", {"place": "second-things"})
    ChapterProgress.objects.update(done_at="2026-01-01T00:00:00Z")
    assert "resume" not in reader.get(CHAPTER).content.decode()


def test_a_guest_keeps_no_place(client: Client, sums: Course) -> None:
    assert client.post(CHAPTER + "place/", {"place": "second-things"}).status_code == 400
    assert Client(enforce_csrf_checks=True).post(CHAPTER + "place/", {"place": "first"}).status_code == 403
