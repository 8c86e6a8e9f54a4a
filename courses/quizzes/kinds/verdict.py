"""What judging one response says."""

from __future__ import annotations

from dataclasses import dataclass

#: A list of what was chosen, or the text that was typed.
Response = list[str] | str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``readable`` is False where a response is no answer of its kind at all: it then counts as no try."""

    correct: bool
    readable: bool = True


UNREADABLE = Verdict(correct=False, readable=False)
