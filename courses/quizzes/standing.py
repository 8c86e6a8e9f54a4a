"""Where a learner stands with a question: which draw is theirs, whether it is closed, and what it is worth to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from courses.quizzes.models import QuizAnswer


def drawn(question: Mapping[str, Any], *, quiz: str, reader: int | None) -> Mapping[str, Any]:
    """The question with the reader's own draw of its parameters, the same each time; a stranger gets the first."""
    draws = question.get("draws")
    if draws is None:
        return question
    if reader is None:
        return draws[0]  # type: ignore[no-any-return]  # JSON
    seed = hashlib.sha256(f"{reader} {quiz} {question['id']}".encode()).digest()
    return draws[int.from_bytes(seed[:8], "big") % len(draws)]  # type: ignore[no-any-return]  # JSON


def tries_left(question: Mapping[str, Any], answer: QuizAnswer | None) -> int | None:
    """How often the question may still be answered; None: as often as one likes."""
    attempts = question.get("attempts")
    return None if attempts is None else max(0, attempts - (answer.tries if answer else 0))


def is_closed(question: Mapping[str, Any], answer: QuizAnswer | None) -> bool:
    """Mastered, or out of tries: nothing changes it any more, and its key may be told."""
    return answer is not None and (answer.mastered_at is not None or tries_left(question, answer) == 0)


def points(question: Mapping[str, Any], answer: QuizAnswer | None) -> float:
    """What the answer is worth: each wrong try before the right one costs the question's penalty."""
    return earned(question, tries=answer.tries) if answer is not None and answer.mastered_at is not None else 0.0


def earned(question: Mapping[str, Any], *, tries: int) -> float:
    """The points of a question that was mastered at the try of this number."""
    share = 1.0 - float(question.get("penalty", 0.0)) * (tries - 1)
    return float(question.get("points", 1.0)) * max(0.0, share)
