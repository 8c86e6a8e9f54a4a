"""Recording answers, and telling those who want to know that a quiz was mastered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from courses.quizzes.checking import MAX_TYPED, check
from courses.quizzes.models import Quiz, QuizAnswer

Response = list[str] | str
#: ``heard(user, course id, chapter slug)``; called after answers to a chapter's quiz were recorded.
Listener = Callable[[AbstractBaseUser, int, str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Register what is to be told about new answers, once, in ``AppConfig.ready``."""
    _listeners.append(listener)


def responses_in(quiz: Quiz, posted: Mapping[str, list[str]]) -> dict[str, Response]:
    """What a form holds for the questions of a quiz; fields left empty are no answers."""
    found: dict[str, Response] = {}
    for question in quiz.spec:
        posted_here = posted.get(f"q-{question['id']}", [])[:20]
        values = list(dict.fromkeys(value[:MAX_TYPED] for value in posted_here if value.strip()))
        if values:
            found[question["id"]] = values if question["type"] in ("single", "multiple") else values[0].strip()
    return found


def answer(user: AbstractBaseUser, quiz: Quiz, responses: Mapping[str, Response]) -> set[str]:
    """Record answers. Gives back the questions whose answers could not be read, which count as no try.

    A question that was mastered stays mastered: a later answer to it is not looked at.
    """
    course_id = quiz.release.course_id
    unreadable: set[str] = set()
    with transaction.atomic():
        rows = QuizAnswer.objects.select_for_update().filter(user_id=user.pk, course_id=course_id, quiz=quiz.slug)
        earlier = {row.question: row for row in rows}
        for question in quiz.spec:
            response, row = responses.get(question["id"]), earlier.get(question["id"])
            if response is None or (row is not None and row.mastered_at):
                continue
            verdict = check(question, response)
            if not verdict.readable:
                unreadable.add(question["id"])
                continue
            now = timezone.now()
            QuizAnswer.objects.update_or_create(
                user_id=user.pk,
                course_id=course_id,
                quiz=quiz.slug,
                question=question["id"],
                defaults={
                    "response": response,
                    "correct": verdict.correct,
                    "tries": row.tries + 1 if row else 1,
                    "answered_at": now,
                    "mastered_at": now if verdict.correct else None,
                },
            )
    for listener in _listeners:
        listener(user, course_id, quiz.chapter.slug)
    return unreadable
