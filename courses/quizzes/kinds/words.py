"""``text``: a word or two; ``code-output``: what a piece of code prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict
from courses.quizzes.typed import narrow

#: Quotation marks, code ticks and full stops that people put around a word.
_AROUND = " \t\n.,;:!?。，；：！？、\"'`“”‘’「」『』《》()（）"


def check_text(question: Mapping[str, Any], response: Response) -> Verdict:
    typed = _words("".join(response), case=question["case"])
    if not typed:
        return UNREADABLE
    return Verdict(correct=typed in {_words(answer, case=question["case"]) for answer in question["answer"]})


def own_text(question: Mapping[str, Any]) -> Response:
    return str(question["answer"][0])


def check_output(question: Mapping[str, Any], response: Response) -> Verdict:
    typed = _lines("".join(response))
    return Verdict(correct=typed == _lines(question["answer"])) if typed else UNREADABLE


def own_output(question: Mapping[str, Any]) -> Response:
    return str(question["answer"])


def _words(text: str, *, case: bool) -> str:
    """Cross-entropy, cross entropy and “Cross Entropy.” are the same words."""
    words = re.sub(r"[\s_-]+", " ", narrow(text)).strip(_AROUND)
    return words if case else words.casefold()


def _lines(text: str) -> list[str]:
    """The lines of an output without what nobody sees: spaces at their ends, and empty lines around them."""
    return [line.rstrip() for line in narrow(text).strip().splitlines()]
