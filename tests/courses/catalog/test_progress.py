"""What counts as read and as done."""

from __future__ import annotations

from pathlib import Path

from django.test import Client

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.catalog.models import ChapterProgress, Course
from courses.catalog.progress import refresh
from courses.exercises.models import Grade
from courses.quizzes.models import Quiz, QuizAnswer
from tests.courses.authoring.sample import FILES, write_course

CHAPTER = "/courses/sums/chapters/start/"


def state(user: User, chapter: str) -> str:
    row = ChapterProgress.objects.filter(user=user, chapter=chapter).first()
    return "unread" if row is None else "done" if row.done_at else "read"


def master(user: User, course: Course) -> None:
    for question in Quiz.objects.get().spec:
        QuizAnswer.objects.create(
            user=user,
            course=course,
            quiz="start",
            question=question["id"],
            response=[],
            correct=True,
            mastered_at="2026-01-01T00:00:00Z",
        )


def grade(user: User, course: Course, score: float) -> None:
    Grade.objects.update_or_create(
        user=user, course=course, exercise="addition", defaults={"score": score, "max_score": 2.0}
    )


def test_opening_a_chapter_marks_it_as_read_once(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    client.get(CHAPTER)
    first = ChapterProgress.objects.get().read_at
    client.get(CHAPTER)
    assert ChapterProgress.objects.get().read_at == first
    assert state(alice, "start") == "read"


def test_a_chapter_without_work_is_done_when_read(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    client.get("/courses/sums/chapters/next/")
    assert state(alice, "next") == "done"


def test_a_chapter_is_done_when_quiz_and_exercises_are(client: Client, sums: Course, alice: User, bob: User) -> None:
    client.force_login(alice)
    client.get(CHAPTER)
    master(alice, sums)
    refresh(alice, sums)
    assert state(alice, "start") == "read"
    grade(alice, sums, 1.3)  # 65 %, below the pass mark of 70 %
    refresh(alice, sums)
    assert state(alice, "start") == "read"
    grade(alice, sums, 1.4)
    refresh(alice, sums)
    assert state(alice, "start") == "done"
    assert state(bob, "start") == "unread"


def test_a_chapter_once_done_stays_done(client: Client, sums: Course, alice: User, tmp_path: Path) -> None:
    client.force_login(alice)
    client.get("/courses/sums/chapters/next/")
    more = FILES["02-next/chapter.en.md"] + "\nMore text.\n"
    publish(write_course(tmp_path, changes={"02-next/chapter.en.md": more}), by=None)
    refresh(alice, Course.objects.get())
    assert state(alice, "next") == "done"


def test_where_reading_is_enough_reading_is_enough(client: Client, alice: User, tmp_path: Path) -> None:
    changes = {"course.yaml": FILES["course.yaml"] + "chapter_done: read\n"}
    publish(write_course(tmp_path, changes=dict(changes)), by=None)
    client.force_login(alice)
    client.get(CHAPTER)
    assert state(alice, "start") == "done"


def test_the_course_page_shows_the_way(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    client.get("/courses/sums/chapters/next/")
    page = client.get("/courses/sums/").content.decode()
    assert "1 of 2 chapters done" in page
    assert '<li data-state="done"' in page
    assert '<li data-state="current"' in page
