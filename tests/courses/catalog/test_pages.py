"""The pages of a course, for strangers and for learners, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.catalog.models import ChapterProgress, Course
from courses.cohorts.enrolling import enroll
from tests.courses.authoring.sample import FILES, write_course

CHAPTER = "/courses/sums/chapters/start/"


def test_the_list_shows_published_courses_only(client: Client, sums: Course) -> None:
    Course.objects.create(slug="draft", title={"en": "Draft"})
    page = client.get("/courses/").content.decode()
    assert "Sums" in page
    assert "Draft" not in page


def test_the_list_says_when_it_is_empty(client: Client, db: None) -> None:
    assert "No course has been published yet." in client.get("/courses/").content.decode()


def test_a_stranger_may_read_everything(client: Client, sums: Course) -> None:
    page = client.get("/courses/sums/").content.decode()
    assert "Sign up and enroll" in page
    assert 'href="/courses/sums/chapters/start/"' in page
    chapter = client.get(CHAPTER).content.decode()
    assert "<math" in chapter
    assert "Sign in to answer" in chapter
    assert not ChapterProgress.objects.exists()


def test_a_learner_enrolls_and_starts(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    assert 'action="/courses/sums/enroll/"' in client.get("/courses/sums/").content.decode()
    enroll(alice, sums)
    page = client.get("/courses/sums/").content.decode()
    assert "Start: The start" in page
    assert "/enroll/" not in page


def test_a_chapter_is_shown_in_the_readers_language(client: Client, sums: Course) -> None:
    page = client.get(CHAPTER, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert '<article class="prose" lang="zh-hans">' in page
    assert "<strong>文字。</strong>中文" in page
    assert "自我检查" in page


def test_a_reader_of_another_language_gets_the_first(client: Client, sums: Course) -> None:
    assert (
        '<article class="prose" lang="en">' in client.get(CHAPTER, headers={"Accept-Language": "de"}).content.decode()
    )


def test_a_chapter_links_to_its_neighbours_and_its_sections(client: Client, sums: Course) -> None:
    page = client.get("/courses/sums/chapters/next/").content.decode()
    assert 'rel="prev" href="/courses/sums/chapters/start/"' in page
    assert 'href="#more"' in page
    assert "Builds on:" in page
    assert "That was the last chapter" in page


def test_an_exercise_is_a_card_in_its_chapter(client: Client, sums: Course) -> None:
    page = client.get(CHAPTER).content.decode()
    assert 'href="/courses/sums/exercises/addition/"' in page
    assert "2 points" in page


@pytest.mark.parametrize(
    "path",
    [
        "/courses/none/",
        "/courses/none/chapters/start/",
        "/courses/sums/chapters/none/",
        "/courses/none/faq/",
        "/courses/sums/files/0/none.svg",
    ],
)
def test_what_is_not_there_is_a_404(client: Client, sums: Course, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_faq_opens_its_answers(client: Client, sums: Course) -> None:
    page = client.get("/courses/sums/faq/").content.decode()
    assert "Is it free?" in page
    assert 'href="/courses/sums/chapters/start/"' in page
    assert "免费吗？" in client.get("/courses/sums/faq/", headers={"Accept-Language": "zh-hans"}).content.decode()


def test_pages_take_no_posts(client: Client, sums: Course) -> None:
    for path in ("/courses/", "/courses/sums/", CHAPTER, "/courses/sums/faq/"):
        assert client.post(path).status_code == 405


def test_a_chapter_page_costs_a_handful_of_queries(
    client: Client, sums: Course, alice: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(alice)
    client.get(CHAPTER)
    with django_assert_max_num_queries(12):
        client.get(CHAPTER)
    with django_assert_max_num_queries(10):
        client.get("/courses/sums/")


def test_a_longer_course_costs_no_more_queries(client: Client, sums: Course, alice: User, tmp_path: Path) -> None:
    client.force_login(alice)

    def cost(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    short = [cost(path) for path in (CHAPTER, "/courses/sums/", "/courses/")]
    more: dict[str, str | None] = {}
    for number in range(3, 9):
        for name, text in FILES.items():
            if name.startswith("01-start/"):
                more[name.replace("01-start", f"0{number}-more-{number}").replace("addition", f"addition-{number}")] = (
                    text.replace("{exercise} addition", f"{{exercise}} addition-{number}")
                    .replace("{quiz} start", f"{{quiz}} quiz-{number}")
                    .replace("(first)=", "")
                )
    more = {name.replace("quizzes/start", f"quizzes/quiz-{name[1]}"): text for name, text in more.items()}
    publish(write_course(tmp_path, changes=more), by=None)
    assert [cost(path) for path in (CHAPTER, "/courses/sums/", "/courses/")] == short


def test_a_chapter_of_a_stranger_writes_nothing(
    client: Client, sums: Course, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6) as queries:
        client.get(CHAPTER)
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
