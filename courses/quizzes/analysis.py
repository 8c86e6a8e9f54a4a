"""How the questions of a quiz do their work: from the first answers of a class."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.quizzes.kinds import KINDS
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.statistics import MIN_LEARNERS, point_biserial, verdict

#: A typed answer is told only if so many gave it: what one person typed may say who they are.
MIN_ALIKE = 3
MAX_TYPED = 8


@dataclass(frozen=True, kw_only=True)
class ChoiceUse:
    """One choice of a question, and who took it the first time."""

    html: Mapping[str, str]
    correct: bool
    count: int
    share: float
    rest: float | None  #: mean share of the other questions that those who took it had right; None: too few took it

    @property
    def is_idle(self) -> bool:
        """A wrong choice that next to nobody takes distracts nobody."""
        return not self.correct and self.share < 0.02


@dataclass(frozen=True, kw_only=True)
class QuestionStats:
    id: str
    type: str
    legend: Mapping[str, Any]
    learners: int
    right_first: int
    right_later: int
    mean_tries: float
    discrimination: float | None
    choices: Sequence[ChoiceUse]
    typed: Sequence[tuple[str, int]]  #: wrong first answers that several learners gave
    known_first: int  #: of how many the first answer is known

    @property
    def not_yet(self) -> int:
        return self.learners - self.right_first - self.right_later

    @property
    def is_told(self) -> bool:
        return self.learners >= MIN_LEARNERS

    @property
    def difficulty(self) -> float:
        return self.right_first / self.learners if self.learners else 0.0

    @property
    def verdict(self) -> str:
        return verdict(self.discrimination)


def answers_of(quizzes: Sequence[Quiz], users: QuerySet[Any, Any], *, course: int) -> dict[str, list[QuizAnswer]]:
    """The answers of a class, by quiz, in one query."""
    rows = QuizAnswer.objects.filter(course=course, user__in=users, quiz__in=[quiz.slug for quiz in quizzes])
    found: dict[str, list[QuizAnswer]] = {}
    for row in rows.defer("answered_at", "correct"):
        found.setdefault(row.quiz, []).append(row)
    return found


def question_stats(quiz: Quiz, answers: Iterable[QuizAnswer]) -> list[QuestionStats]:
    """The questions of a quiz, in its order."""
    by_question: dict[str, dict[int, QuizAnswer]] = {}
    for answer in answers:
        by_question.setdefault(answer.question, {})[answer.user_id] = answer
    known = {question["id"] for question in quiz.spec}
    right: dict[int, dict[str, bool]] = {}
    for question, rows in by_question.items():
        for user, row in rows.items() if question in known else ():
            right.setdefault(user, {})[question] = _right_first(row)
    return [_stats(question, by_question.get(question["id"], {}), right) for question in quiz.spec]


def _right_first(answer: QuizAnswer) -> bool:
    return answer.mastered_at is not None and answer.tries == 1


def _stats(
    question: Mapping[str, Any], rows: Mapping[int, QuizAnswer], right: Mapping[int, Mapping[str, bool]]
) -> QuestionStats:
    shown = question["draws"][0] if question.get("draws") else question
    name = str(question["id"])
    rest = {user: share for user in rows if (share := _rest(right[user], name)) is not None}
    firsts = [row.first_response for row in rows.values() if row.first_response is not None]
    mastered = sum(row.mastered_at is not None for row in rows.values())
    first = sum(_right_first(row) for row in rows.values())
    return QuestionStats(
        id=name,
        type=str(question["type"]),
        legend=shown["text"],
        learners=len(rows),
        right_first=first,
        right_later=mastered - first,
        mean_tries=sum(row.tries for row in rows.values()) / len(rows) if rows else 0.0,
        discrimination=point_biserial([right[user][name] for user in rest], list(rest.values())),
        choices=_choices(shown, rows, rest, known=len(firsts)) if len(firsts) >= MIN_LEARNERS else (),
        typed=_typed(question, rows) if len(firsts) >= MIN_LEARNERS else (),
        known_first=len(firsts),
    )


def _rest(mine: Mapping[str, bool], name: str) -> float | None:
    """The share of a learner's other questions that they had right the first time; None: they answered no other."""
    others = [value for question, value in mine.items() if question != name]
    return sum(others) / len(others) if others else None


def _choices(
    question: Mapping[str, Any], rows: Mapping[int, QuizAnswer], rest: Mapping[int, float], *, known: int
) -> list[ChoiceUse]:
    found = []
    for choice in question.get("choices", ()):
        takers = [user for user, row in rows.items() if _took(row, str(choice["id"]))]
        shares = [rest[user] for user in takers if user in rest]
        found.append(
            ChoiceUse(
                html=choice["text"],
                correct=bool(choice["correct"]),
                count=len(takers),
                share=len(takers) / known,
                rest=sum(shares) / len(shares) if len(shares) >= MIN_ALIKE else None,
            )
        )
    return found


def _took(row: QuizAnswer, choice: str) -> bool:
    return isinstance(row.first_response, list) and choice in row.first_response


def _typed(question: Mapping[str, Any], rows: Mapping[int, QuizAnswer]) -> list[tuple[str, int]]:
    if not KINDS[question["type"]].typed or question.get("draws"):  # with draws, each learner has another question
        return []
    wrong = Counter(_plain(row.first_response) for row in rows.values() if _is_wrong_text(row))
    return [(text, count) for text, count in wrong.most_common(MAX_TYPED) if count >= MIN_ALIKE]


def _is_wrong_text(row: QuizAnswer) -> bool:
    return isinstance(row.first_response, str) and not _right_first(row)


def _plain(response: Any) -> str:
    return response[:80].strip() if isinstance(response, str) else json.dumps(response)[:80]
