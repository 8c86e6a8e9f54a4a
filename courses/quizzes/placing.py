"""Where a newcomer should begin, from what they answered: a pure function, nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.quizzes.kinds import Response, Verdict, check
from courses.quizzes.models import Placement
from courses.quizzes.standing import drawn


@dataclass(frozen=True, kw_only=True)
class Placing:
    """What the answers say."""

    verdicts: Mapping[str, Verdict]  #: of the questions that were answered
    known: frozenset[str]  #: chapters of which every question was answered rightly
    open: frozenset[str]  #: the other chapters that were asked about

    def start(self, chapters: Sequence[str]) -> str | None:
        """The first chapter that is not known; chapters that nobody was asked about count after the last known one."""
        first = next((slug for slug in chapters if slug in self.open), None)
        if first is not None or not self.known:
            return first
        last = max(index for index, slug in enumerate(chapters) if slug in self.known)
        return chapters[last + 1] if last + 1 < len(chapters) else None


def place(placement: Placement, responses: Mapping[str, Response], *, reader: int | None) -> Placing:
    """Judge the answers; a question that was left out, or cannot be read, is not known."""
    verdicts: dict[str, Verdict] = {}
    known: set[str] = set()
    missed: set[str] = set()
    for question in placement.spec:
        name = question["id"]
        if name in responses:
            verdicts[name] = check(drawn(question, quiz=placement.slug, reader=reader), responses[name])
        right = name in verdicts and verdicts[name].correct
        (known if right else missed).add(question["chapter"])
    return Placing(verdicts=verdicts, known=frozenset(known - missed), open=frozenset(missed))
