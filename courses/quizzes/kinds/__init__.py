"""The nine kinds of questions: for each, whether a response is right, and the response that its own key calls right.

Pure functions over a question as data (``courses.authoring.source.questions`` makes it); no Django, so that publishing
can try each key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.quizzes.kinds import arranging, choices, formulas, numbers, shapes, words
from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict

__all__ = ["KINDS", "UNREADABLE", "Kind", "Response", "Verdict", "check", "own_answer"]

Question = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of question."""

    check: Callable[[Question, Response], Verdict]
    own_answer: Callable[[Question], Response]
    typed: int = 0  #: how many characters may be typed; 0: the response is a list of what was chosen


KINDS: dict[str, Kind] = {
    "single": Kind(check=choices.check, own_answer=choices.own_answer),
    "multiple": Kind(check=choices.check, own_answer=choices.own_answer),
    "number": Kind(check=numbers.check, own_answer=numbers.own_answer, typed=200),
    "shape": Kind(check=shapes.check, own_answer=shapes.own_answer, typed=200),
    "text": Kind(check=words.check_text, own_answer=words.own_text, typed=200),
    "formula": Kind(check=formulas.check, own_answer=formulas.own_answer, typed=400),
    "order": Kind(check=arranging.check_order, own_answer=arranging.own_order),
    "match": Kind(check=arranging.check_match, own_answer=arranging.own_match),
    "code-output": Kind(check=words.check_output, own_answer=words.own_output, typed=4000),
}


def check(question: Question, response: Response) -> Verdict:
    """Judge one response by the key in the question; what is typed beyond the kind's length is not looked at."""
    kind = KINDS[question["type"]]
    if kind.typed:
        response = "".join(response)[: kind.typed]
    return kind.check(question, response)


def own_answer(question: Question) -> Response:
    """The response that the question's own key calls right, as a learner would give it."""
    return KINDS[question["type"]].own_answer(question)
