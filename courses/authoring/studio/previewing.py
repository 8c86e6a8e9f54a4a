"""A quiz as its authors see it: every question with its key, its explanations, and what it looks like for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.quizzes.models import Quiz
from courses.quizzes.showing import ShownQuestion, question_with_key

#: More draws than these say nothing new on a page.
MAX_SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class PreviewedQuestion:
    draws: list[ShownQuestion]  #: as a learner sees it once it is closed
    number_of_draws: int


@dataclass(frozen=True, kw_only=True)
class PreviewedQuiz:
    slug: str
    title: str
    questions: list[PreviewedQuestion]


def previewed_quiz(quiz: Quiz) -> PreviewedQuiz:
    questions = []
    for stored in quiz.spec:
        draws: list[dict[str, Any]] = stored.get("draws") or [stored]
        shown = [question_with_key(draw) for draw in draws[:MAX_SHOWN]]
        questions.append(PreviewedQuestion(draws=shown, number_of_draws=len(draws)))
    return PreviewedQuiz(slug=quiz.slug, title=quiz.title_text, questions=questions)
