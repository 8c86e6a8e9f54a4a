"""How far a reader has come: what counts as read and as done, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from courses.catalog.models import Chapter, ChapterDone, ChapterProgress, Course, Exercise
from courses.catalog.reading import Best, registry
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.standing import is_closed


def mark_read(user: AbstractBaseUser, course: Course, chapter: Chapter) -> ChapterProgress:
    """Note that somebody has opened a chapter. The first time counts."""
    row, created = ChapterProgress.objects.get_or_create(user_id=user.pk, course=course, chapter=chapter.slug)
    if created:
        refresh(user, course, chapter=chapter.slug)
    return row


def keep_place(user: AbstractBaseUser, course: Course, chapter: Chapter, place: str) -> bool:
    """Remember the section that somebody reads. False: the chapter has no such section, or was never opened."""
    known = {entry["id"] for text in chapter.texts.values() for entry in text.get("toc", ())}
    rows = ChapterProgress.objects.filter(user_id=user.pk, course=course, chapter=chapter.slug)
    return place in known and rows.update(place=place) == 1


def refresh(user: AbstractBaseUser, course: Course, *, chapter: str | None = None) -> None:
    """Note which of the chapters that somebody has read are done now. A chapter once done stays done.

    To be called whenever an answer or a grade was recorded.
    """
    open_rows = ChapterProgress.objects.filter(user_id=user.pk, course=course, done_at=None)
    slugs = set(open_rows.values_list("chapter", flat=True)) & ({chapter} if chapter else _slugs(course))
    if not slugs:
        return
    done = slugs if course.chapter_done == ChapterDone.READ else slugs - _unfinished(user, course, slugs)
    if done:
        open_rows.filter(chapter__in=done).update(done_at=timezone.now())


def refresh_after_answers(user: AbstractBaseUser, course_id: int, chapter: str) -> None:
    """What ``courses.quizzes`` calls after answers were recorded."""
    refresh(user, Course.objects.get(pk=course_id), chapter=chapter)


def is_passed(best: Best | None, course: Course) -> bool:
    return best is not None and best.share >= course.pass_mark - 1e-9


def _slugs(course: Course) -> set[str]:
    return set(Chapter.objects.filter(release=course.current_release_id).values_list("slug", flat=True))


def _unfinished(user: AbstractBaseUser, course: Course, chapters: set[str]) -> set[str]:
    """The chapters with a question that is still open or an exercise that is not passed."""
    inside = {"release": course.current_release_id, "chapter__slug__in": chapters}
    quizzes = list(Quiz.objects.filter(**inside).select_related("chapter").only("slug", "spec", "chapter__slug"))
    rows = QuizAnswer.objects.filter(user_id=user.pk, course=course)
    answers = {(row.quiz, row.question): row for row in rows}
    unfinished = {
        quiz.chapter.slug
        for quiz in quizzes
        if not all(is_closed(question, answers.get((quiz.slug, question["id"]))) for question in quiz.spec)
    }
    scores: Mapping[str, Best] = registry.scores(user, course)
    exercises = Exercise.objects.filter(**inside).values_list("slug", "chapter__slug")
    return unfinished | {chapter for slug, chapter in exercises if not is_passed(scores.get(slug), course)}


def states_of(chapters: Iterable[str], seen: Mapping[str, bool]) -> dict[str, str]:
    """How far a reader has come in each chapter: done, started, current (the next to do) or empty.

    Args:
        chapters: slugs, in order.
        seen: of every chapter that was opened, whether it is done.
    """
    states = {slug: {True: "done", False: "started", None: ""}[seen.get(slug)] for slug in chapters}
    current = next((slug for slug, state in states.items() if state != "done"), None)
    return states if current is None else {**states, current: "current"}
