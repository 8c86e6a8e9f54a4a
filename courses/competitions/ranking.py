"""How one competition compares scores: which way is better, how much of a score is told, which are final."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from courses.competitions.models import Edition, Entry, EntryQuerySet
from graders.metrics import METRICS

_EXACT = 1e-12  #: below this two scores that were rounded do not differ


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The rules of one competition, by the edition that scores its entries."""

    greater: bool  #: whether more is better
    public_digits: int
    private_digits: int
    step: float
    finals: int
    shared: bool  #: equal scores share a rank; else the earlier one is ahead

    @classmethod
    def of(cls, edition: Edition) -> Ranking:
        """The rules of an edition's competition at the moment."""
        return cls.by(edition.competition.scored_by or edition)

    @classmethod
    def by(cls, scoring: Edition) -> Ranking:
        """The rules of the edition that entries are scored by."""
        spec = scoring.spec
        better = METRICS[spec["metric"]].better if spec["metric"] else spec["scoring"]["better"]
        return cls(
            greater=better == "greater",
            public_digits=spec["digits"]["public"],
            private_digits=spec["digits"]["private"],
            step=spec["step"],
            finals=spec["final_entries"],
            shared=spec["ties"] == "shared",
        )

    def key(self, score: float) -> float:
        """What ascends from the best to the worst."""
        return (-score if self.greater else score) + 0.0

    def told(self, raw: float, *, best: float | None) -> tuple[float, bool]:
        """What a team is told of an entry's public score, and whether that is the entry's own.

        Rounded; and where the competition has a step, an entry that does not pass the team's best by it is told that
        best again (A. Blum, M. Hardt, "The Ladder", 2015): many small questions then get no answers.
        """
        score = round(raw, self.public_digits) + 0.0
        if best is not None and self.step and self.key(score) > self.key(best) - self.step + _EXACT:
            return best, False
        return score, True

    def private(self, raw: float) -> float:
        return round(raw, self.private_digits) + 0.0

    def best_public(self, entries: EntryQuerySet) -> EntryQuerySet:
        """From the best public score to the worst; of equal ones the earlier first."""
        return entries.order_by("-public_score" if self.greater else "public_score", "created", "pk")

    def final(self, entries: Iterable[Entry]) -> Sequence[Entry]:
        """Of a team's counting entries those that its private score is of: the chosen, else the best public ones."""
        known = [entry for entry in entries if entry.public_score is not None]
        chosen = [entry for entry in known if entry.selected]
        best = sorted(known, key=lambda entry: (self.key(entry.public_score or 0.0), entry.created, entry.pk))
        return chosen or best[: self.finals]

    def ranks(self, keys: Sequence[float]) -> list[int]:
        """The ranks of places in order, from 1: equal ones share theirs where the competition says so."""
        ranks: list[int] = []
        for place, key in enumerate(keys):
            same = self.shared and place > 0 and keys[place - 1] == key
            ranks.append(ranks[-1] if same else place + 1)
        return ranks
