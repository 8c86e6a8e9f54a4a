"""A quiz as its reader may see it: while a question is open, neither key nor explanation is in what templates get."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import get_language

from courses.quizzes.kinds import Response, Verdict, own_answer
from courses.quizzes.kinds.arranging import placements
from courses.quizzes.models import Placement, Quiz, QuizAnswer
from courses.quizzes.standing import drawn, is_closed, points, tries_left


@dataclass(frozen=True, kw_only=True)
class ShownChoice:
    id: str
    text: str
    chosen: bool
    verdict: str = ""  #: right, wrong, or empty as long as nothing may be said
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """An item to be placed, or to be given a partner; ``options`` are (value, text, chosen)."""

    id: str
    text: str
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    id: str
    type: str
    legend: str
    body: str
    unit: str = ""
    code: str = ""
    choices: list[ShownChoice] = field(default_factory=list)
    items: list[ShownItem] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    typed: str = ""
    tries: int = 0
    left: int | None = None  #: tries that are left; None: as many as one likes
    state: str = ""  #: right, wrong, unreadable, closed (out of tries), or empty: not answered
    key: str = ""  #: the right answer, once the question is closed and was not mastered
    key_list: list[str] = field(default_factory=list)
    why: str = ""
    points: float = 0.0
    max_points: float = 1.0

    @property
    def is_closed(self) -> bool:
        return self.state in ("right", "closed")


@dataclass(frozen=True, kw_only=True)
class ShownQuiz:
    slug: str
    title: str
    questions: list[ShownQuestion]
    has_penalty: bool = False

    @property
    def mastered(self) -> int:
        return sum(question.state == "right" for question in self.questions)

    @property
    def is_limited(self) -> bool:
        return any(question.left is not None for question in self.questions)

    @property
    def is_tried(self) -> bool:
        return any(question.state for question in self.questions)

    @property
    def is_mastered(self) -> bool:
        return self.mastered == len(self.questions)

    @property
    def is_closed(self) -> bool:
        return all(question.is_closed for question in self.questions)

    @property
    def points(self) -> float:
        return sum(question.points for question in self.questions)

    @property
    def max_points(self) -> float:
        return sum(question.max_points for question in self.questions)


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
    quiz: Quiz, user: AbstractBaseUser, *, typed: Mapping[str, Response], unreadable: Collection[str]
) -> ShownQuiz:
    """One quiz after an answer; what could not be read stands in its field again."""
    rows = QuizAnswer.objects.filter(user_id=user.pk, course_id=quiz.release.course_id, quiz=quiz.slug)
    answers = {(row.quiz, row.question): row for row in rows}
    misread = {name: typed.get(name, "") for name in unreadable}
    return _shown(quiz, answers, reader=user.pk, misread=misread)


def shown_placement(
    placement: Placement, *, reader: int | None, responses: Mapping[str, Response], verdicts: Mapping[str, Verdict]
) -> ShownQuiz:
    """The questions of a placement with what was just answered; nothing of it is stored."""
    now = timezone.now()
    answers: dict[tuple[str, str], QuizAnswer] = {}
    for name, verdict in verdicts.items():
        row = QuizAnswer(question=name, response=responses[name], correct=verdict.correct)
        row.mastered_at = now if verdict.correct else None
        if verdict.readable:
            answers[(placement.slug, name)] = row
    misread = {name: responses[name] for name, verdict in verdicts.items() if not verdict.readable}
    return _shown(placement, answers, reader=reader, misread=misread)


def question_with_key(question: Mapping[str, Any]) -> ShownQuestion:
    """One draw of a question with all that its learners come to know, for those who wrote it."""
    response = own_answer(question)
    told = QuizAnswer(question=question["id"], response=response, correct=False, tries=10**6)
    return _question({**question, "attempts": 1}, told, seed="preview", misread=None)


def _shown(
    quiz: Quiz | Placement,
    answers: Mapping[tuple[str, str], QuizAnswer],
    *,
    reader: int | None,
    misread: Mapping[str, Response] | None = None,
) -> ShownQuiz:
    questions = []
    for stored in quiz.spec:
        question = drawn(stored, quiz=quiz.slug, reader=reader)
        seed = f"{reader} {quiz.slug} {question['id']}"
        answer = answers.get((quiz.slug, question["id"]))
        questions.append(_question(question, answer, seed=seed, misread=(misread or {}).get(question["id"])))
    penalties = any(question.get("penalty") for question in quiz.spec)
    return ShownQuiz(slug=quiz.slug, title=quiz.title_text, questions=questions, has_penalty=penalties)


def _question(
    question: Mapping[str, Any], answer: QuizAnswer | None, *, seed: str, misread: Response | None
) -> ShownQuestion:
    text = _text(question["text"])
    mastered = answer is not None and answer.mastered_at is not None
    closed = is_closed(question, answer)
    response = misread if misread is not None else answer.response if answer else []
    return ShownQuestion(
        id=question["id"],
        type=question["type"],
        legend=text["legend"],
        body=text["body"],
        unit=question.get("unit") or "",
        code=question.get("code") or "",
        choices=_choices(question, response, seed=seed, answered=answer is not None, closed=closed),
        items=_items(question, response, seed=seed),
        variables=question.get("variables") or [],
        hints=[_text(hint) for hint in question.get("hints", [])],
        typed=response if isinstance(response, str) else "",
        tries=answer.tries if answer else 0,
        left=tries_left(question, answer),
        state=_state(answer, mastered=mastered, closed=closed, misread=misread is not None),
        key=_key(question) if closed and not mastered else "",
        key_list=_key_list(question) if closed and not mastered else [],
        why=_text(question["why"]) if closed else "",
        points=points(question, answer),
        max_points=float(question.get("points", 1.0)),
    )


def _state(answer: QuizAnswer | None, *, mastered: bool, closed: bool, misread: bool) -> str:
    if misread:
        return "unreadable"
    if answer is None:
        return ""
    return "right" if mastered else "closed" if closed else "wrong"


def _choices(
    question: Mapping[str, Any], response: Response, *, seed: str, answered: bool, closed: bool
) -> list[ShownChoice]:
    """Somebody for whom the question is open learns about the choices they made, and of no others."""
    shown = []
    for choice in _shuffled(question.get("choices", ()), seed=seed, shuffle=question.get("shuffle", True)):
        chosen = choice["id"] in response
        tell = answered and (chosen or closed)
        verdict = ("right" if choice["correct"] else "wrong") if tell and (chosen or choice["correct"]) else ""
        why = _text(choice["why"]) if tell else ""
        shown.append(ShownChoice(id=choice["id"], text=_text(choice["text"]), chosen=chosen, verdict=verdict, why=why))
    return shown


def _items(question: Mapping[str, Any], response: Response, *, seed: str) -> list[ShownItem]:
    """The items in an order of the reader's own, each with the places or partners it may be given."""
    if question["type"] not in ("order", "match"):
        return []
    chosen = placements(response)
    items = _shuffled(question["items"], seed=seed)
    if question["type"] == "order":
        partners = [(str(place), str(place)) for place in range(1, len(items) + 1)]
    else:
        partners = [
            (each["id"], _text(each["text"])) for each in _shuffled(question["partners"], seed=f"{seed} partners")
        ]
    return [
        ShownItem(
            id=item["id"],
            text=_text(item["text"]),
            options=[(f"{item['id']} {value}", text, chosen.get(item["id"]) == value) for value, text in partners],
        )
        for item in items
    ]


def _key(question: Mapping[str, Any]) -> str:
    answer = own_answer(question)
    return answer if isinstance(answer, str) else ""


def _key_list(question: Mapping[str, Any]) -> list[str]:
    """The right order, or the right pairs, as HTML."""
    if question["type"] == "order":
        return [_text(item["text"]) for item in question["items"]]
    if question["type"] == "match":
        partners = {partner["id"]: _text(partner["text"]) for partner in question["partners"]}
        return [f"{_text(item['text'])} → {partners[item['partner']]}" for item in question["items"]]
    return []


def _shuffled(parts: Sequence[Mapping[str, Any]], *, seed: str, shuffle: bool = True) -> list[Mapping[str, Any]]:
    """An order of the reader's own, the same each time: authors tend to write the right choice first."""
    if not shuffle:
        return list(parts)
    return sorted(parts, key=lambda part: hashlib.sha256(f"{seed} {part['id']}".encode()).digest())


def _text(texts: Mapping[str, Any]) -> Any:
    """The text in the reader's language, else the first."""
    language = get_language() or ""
    return texts.get(language) or next(iter(texts.values()), "")
