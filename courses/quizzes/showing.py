"""A quiz as its reader may see it: before an answer neither key nor explanation is in what templates get."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language

from courses.quizzes.models import Quiz, QuizAnswer


@dataclass(frozen=True, kw_only=True)
class ShownChoice:
    id: str
    text: str
    chosen: bool
    verdict: str = ""  #: right, wrong, or empty as long as nothing may be said
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    id: str
    type: str
    legend: str
    body: str
    unit: str
    choices: list[ShownChoice] = field(default_factory=list)
    typed: str = ""
    tries: int = 0
    state: str = ""  #: right, wrong, unreadable, or empty: not answered
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownQuiz:
    slug: str
    title: str
    questions: list[ShownQuestion]

    @property
    def mastered(self) -> int:
        return sum(question.state == "right" for question in self.questions)

    @property
    def is_tried(self) -> bool:
        return any(question.state for question in self.questions)

    @property
    def is_mastered(self) -> bool:
        return self.mastered == len(self.questions)


def shown_quizzes(
    quizzes: Iterable[Quiz], user: AbstractBaseUser | AnonymousUser, *, course_id: int
) -> dict[str, ShownQuiz]:
    """The quizzes of a chapter by slug, with one query for this reader's answers."""
    found = list(quizzes)
    answers: dict[tuple[str, str], QuizAnswer] = {}
    if isinstance(user, AbstractBaseUser) and found:
        slugs = [quiz.slug for quiz in found]
        rows = QuizAnswer.objects.filter(user_id=user.pk, course_id=course_id, quiz__in=slugs)
        answers = {(row.quiz, row.question): row for row in rows}
    return {quiz.slug: _shown(quiz, answers, reader=user.pk) for quiz in found}


def shown_quiz(
    quiz: Quiz, user: AbstractBaseUser, *, typed: Mapping[str, Any], unreadable: Collection[str]
) -> ShownQuiz:
    """One quiz after an answer; what could not be read stands in its field again."""
    rows = QuizAnswer.objects.filter(user_id=user.pk, course_id=quiz.release.course_id, quiz=quiz.slug)
    answers = {(row.quiz, row.question): row for row in rows}
    misread = {slug: str(typed.get(slug, "")) for slug in unreadable}
    return _shown(quiz, answers, reader=user.pk, misread=misread)


def _shown(
    quiz: Quiz,
    answers: Mapping[tuple[str, str], QuizAnswer],
    *,
    reader: int | None,
    misread: Mapping[str, str] | None = None,
) -> ShownQuiz:
    questions = []
    for question in quiz.spec:
        name = question["id"]
        choices = _in_order(question, seed=f"{reader} {quiz.slug} {name}")
        questions.append(
            _question(question, choices, answers.get((quiz.slug, name)), unreadable=(misread or {}).get(name))
        )
    return ShownQuiz(slug=quiz.slug, title=_text(quiz.title), questions=questions)


def _in_order(question: Mapping[str, Any], *, seed: str) -> list[Mapping[str, Any]]:
    """An order of the reader's own, the same each time: authors tend to write the right choice first."""
    if not question.get("shuffle", True):
        return list(question["choices"])
    return sorted(question["choices"], key=lambda choice: hashlib.sha256(f"{seed} {choice['id']}".encode()).digest())


def _question(
    question: Mapping[str, Any],
    choices: list[Mapping[str, Any]],
    answer: QuizAnswer | None,
    *,
    unreadable: str | None,
) -> ShownQuestion:
    text = _text(question["text"])
    mastered = answer is not None and answer.mastered_at is not None
    state = "unreadable" if unreadable is not None else "" if answer is None else "right" if mastered else "wrong"
    response = answer.response if answer else []
    typed = unreadable if unreadable is not None else response if isinstance(response, str) else ""
    return ShownQuestion(
        id=question["id"],
        type=question["type"],
        legend=text["legend"],
        body=text["body"],
        unit=question.get("unit") or "",
        choices=[_choice(choice, response, answered=answer is not None, mastered=mastered) for choice in choices],
        typed=typed,
        tries=answer.tries if answer else 0,
        state=state,
        why=_text(question["why"]) if mastered else "",
    )


def _choice(choice: Mapping[str, Any], response: Collection[str], *, answered: bool, mastered: bool) -> ShownChoice:
    """Somebody who has not mastered the question learns about the choices they made, and of no others."""
    chosen = choice["id"] in response
    tell = answered and (chosen or mastered)
    verdict = ("right" if choice["correct"] else "wrong") if tell and chosen else ""
    return ShownChoice(
        id=choice["id"],
        text=_text(choice["text"]),
        chosen=chosen,
        verdict=verdict,
        why=_text(choice["why"]) if tell else "",
    )


def _text(texts: Mapping[str, Any]) -> Any:
    """The text in the reader's language, else the first."""
    language = get_language() or ""
    return texts.get(language) or next(iter(texts.values()), "")
