"""Recording answers, and telling those who want to know that a quiz was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils import timezone

from courses.accounts.models import User
from courses.quizzes.kinds import KINDS, Response, check
from courses.quizzes.models import Placement, Quiz, QuizAnswer
from courses.quizzes.standing import drawn, is_closed

#: How many fields a form has for one question, and how long one is: more than any question needs.
_FIELDS, _LONGEST = 40, 60
#: ``heard(user, course id, chapter slug)``; called after answers to a chapter's quiz were recorded.
Listener = Callable[[User, int, str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Register what is to be told about new answers, once, in ``AppConfig.ready``."""
    _listeners.append(listener)


def responses_in(quiz: Quiz | Placement, posted: Mapping[str, list[str]]) -> dict[str, Response]:
    """What a form holds for the questions of a quiz; fields left empty are no answers."""
    found: dict[str, Response] = {}
    for question in quiz.spec:
        filled = [value for value in posted.get(f"q-{question['id']}", [])[:_FIELDS] if value.strip()]
        typed = KINDS[question["type"]].typed
        if filled:
            values = list(dict.fromkeys(value[:_LONGEST] for value in filled))
            found[question["id"]] = filled[0][:typed].strip("\r\n\t ") if typed else values
    return found


def answer(user: User, quiz: Quiz, responses: Mapping[str, Response]) -> set[str]:
    """Record answers. Gives back the questions whose answers could not be read, which count as no try.

    A question that was mastered, or has no tries left, stays as it is: a later answer to it is not looked at.
    """
    course_id = quiz.release.course_id
    unreadable: set[str] = set()
    with transaction.atomic():
        # One learner's answers take turns, so that two windows do not share a try.
        User.objects.select_for_update().get(pk=user.pk)
        rows = QuizAnswer.objects.filter(user_id=user.pk, course_id=course_id, quiz=quiz.slug)
        earlier = {row.question: row for row in rows}
        for question in quiz.spec:
            response, row = responses.get(question["id"]), earlier.get(question["id"])
            if response is None or is_closed(question, row):
                continue
            verdict = check(drawn(question, quiz=quiz.slug, reader=user.pk), response)
            if not verdict.readable:
                unreadable.add(question["id"])
                continue
            now = timezone.now()
            written = {
                "response": response,
                "correct": verdict.correct,
                "tries": row.tries + 1 if row else 1,
                "answered_at": now,
                "mastered_at": now if verdict.correct else None,
            }
            QuizAnswer.objects.update_or_create(
                user_id=user.pk,
                course_id=course_id,
                quiz=quiz.slug,
                question=question["id"],
                defaults=written,
                create_defaults={**written, "first_response": response},
            )
    for listener in _listeners:
        listener(user, course_id, quiz.chapter.slug)
    return unreadable
