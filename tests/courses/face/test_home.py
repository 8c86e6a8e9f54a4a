"""Home says what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Chapter, ChapterProgress, Course, Exercise
from courses.exercises import submitting
from courses.exercises.models import Draft, Submission
from tests.courses.conftest import GOOD, make_exercise, report

pytestmark = pytest.mark.django_db


def add_chapter(course: Course, slug: str, position: int) -> None:
    text = {"summary": "", "minutes": 5, "prerequisites": [], "segments": [], "toc": []}
    texts = {"en": {**text, "title": slug.title()}, "zh-hans": {**text, "title": f"第{position}章"}}
    release = course.current_release
    assert release is not None
    Chapter.objects.create(release=release, slug=slug, position=position, texts=texts)


def test_a_stranger_sees_what_gradus_is_and_its_courses(client: Client, course: Course) -> None:
    page = client.get("/").content.decode()
    assert "by building them" in page
    assert "Models" in page
    assert "1 chapter" in page


def test_without_a_course_an_administrator_is_told_how_to_publish_one(client: Client, dave: User) -> None:
    assert "manage.py publish" not in client.get("/").content.decode()
    client.force_login(dave)
    assert "manage.py publish" in client.get("/").content.decode()


def test_a_learner_is_sent_to_the_first_chapter_that_is_not_done(client: Client, learner: User, course: Course) -> None:
    add_chapter(course, "transformers", 2)
    ChapterProgress.objects.create(user=learner, course=course, chapter="attention", done_at=timezone.now())
    client.force_login(learner)
    page = client.get("/").content.decode()
    assert "Next chapter: Transformers" in page
    assert "1 of 2 chapters done" in page


def test_a_chapter_further_on_that_was_begun_is_offered_too(client: Client, learner: User, course: Course) -> None:
    for position, slug in enumerate(("transformers", "text"), start=2):
        add_chapter(course, slug, position)
    ChapterProgress.objects.create(user=learner, course=course, chapter="transformers")
    ChapterProgress.objects.create(user=learner, course=course, chapter="text", place="idea")
    client.force_login(learner)
    page = client.get("/").content.decode()
    assert "Next chapter: Attention" in page
    assert 'href="/courses/models/chapters/text/#idea">Read on: Text</a>' in page
    assert "Read on: Transformers" not in page


def test_the_title_of_the_next_chapter_is_in_the_readers_language(
    client: Client, learner: User, course: Course
) -> None:
    client.force_login(learner)
    page = client.get("/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "下一章：注意力" in page


def test_a_learner_goes_on_with_the_exercise_they_wrote_on_last(
    client: Client, learner: User, course: Course, exercise: Exercise
) -> None:
    make_exercise(course, slug="older")
    old, new = (
        Draft.objects.create(user=learner, course=course, exercise=slug, files=GOOD) for slug in ("older", "softmax")
    )
    Draft.objects.filter(pk=old.pk).update(updated=new.updated - timedelta(days=1))
    client.force_login(learner)
    page = client.get("/").content.decode()
    assert "/courses/models/exercises/softmax/" in page
    assert "/courses/models/exercises/older/" not in page


def test_an_exercise_that_has_all_its_points_is_not_proposed_again(
    client: Client, learner: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    Draft.objects.create(user=learner, course=course, exercise="softmax", files=GOOD)
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission, report(score=10))
    client.force_login(learner)
    assert "Go on with the exercise" not in client.get("/").content.decode()


def test_recent_submissions_show_their_points(
    client: Client, learner: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD))
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    client.force_login(learner)
    page = client.get("/").content.decode()
    assert "4 / 10" in page
    assert 'data-state="queued"' in page


def test_the_number_of_queries_does_not_grow_with_what_there_is(
    client: Client, learner: User, course: Course, exercise: Exercise
) -> None:
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    client.force_login(learner)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(2, 9):
        add_chapter(course, f"chapter-{number}", number)
        other = make_exercise(course, slug=f"exercise-{number}")
        submitting.submit(learner, course=course, exercise=other, files=GOOD)
    assert Submission.objects.count() == 8
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)
