"""``single`` and ``multiple``: the right ones of a few choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict


def check(question: Mapping[str, Any], response: Response) -> Verdict:
    chosen = set(response) if not isinstance(response, str) else {response}
    known = {choice["id"] for choice in question["choices"]}
    if not chosen or not chosen <= known or (question["type"] == "single" and len(chosen) != 1):
        return UNREADABLE
    return Verdict(correct=chosen == set(own_answer(question)))


def own_answer(question: Mapping[str, Any]) -> Response:
    return [choice["id"] for choice in question["choices"] if choice["correct"]]
