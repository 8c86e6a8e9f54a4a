"""What many entries read out of the public score of the bundled competition shifted-digits, against an honest entry.

    var/venv/bin/python -m benchmarks.label_probing [ENTRIES] [SEEDS]      60 entries, as its limit is, and 20 seeds

An honest team trains once on moved images and hands in. Others start from the same predictions and spend all their
entries on questions. Two change their least certain rows, in small groups or one by one, and keep what is told to be
better. Two ask about random halves of their doubtful rows: one takes the majority of what helped (A. Blum, M. Hardt,
"The Ladder", 2015), one averages all entries, each weighted by how far its score lay above the others'. One begins
with an entry that is wrong everywhere, so that each group of rows that it puts right passes the step of the rules and
is told exactly, and compares its first and second choices group by group. What counts is the private accuracy of the
final entry; the public one is shown beside it, as it is and not as it is told. The same is done with a score told in
full, to show what the rules are worth. The program fails if an attack wins 0.01 of private accuracy under the rules.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import yaml
from sklearn.svm import SVC  # type: ignore[import-untyped]  # it has no types

from benchmarks._measuring import ROOT, say_where
from benchmarks.own_database import own_database
from graders.competition import split_rows
from graders.schema import Column
from graders.table import read_table

FOLDER = ROOT / "content" / "large-models" / "competitions" / "shifted-digits"
ALLOWED = 0.01
SIDE = 10
Told = Callable[[float, float | None], tuple[float, bool]]
Attack = Callable[["Game", np.random.Generator], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Game:
    """What an attacker has: the honest predictions, second choices, an order of doubt, and a board to ask."""

    first: np.ndarray  #: (N,)
    second: np.ndarray  #: (N,)
    doubtful: np.ndarray  #: (N,) rows, the least certain first
    right: np.ndarray
    public: np.ndarray  #: (N,) bool
    entries: int
    told: Told

    def ask(self, given: np.ndarray, best: float | None) -> tuple[float, bool]:
        return self.told(self.accuracy(given, self.public), best)

    def accuracy(self, given: np.ndarray, rows: np.ndarray) -> float:
        return float((given == self.right)[rows].mean())


def groups_of(size: int) -> Attack:
    """Change some doubtful rows to their second choice; keep it when a better score is told."""

    def attack(game: Game, drawn: np.random.Generator) -> np.ndarray:
        kept = game.first.copy()
        best, _improved = game.ask(kept, None)
        doubtful = game.doubtful[: 3 * game.entries]
        for _entry in range(game.entries - 1):
            rows = drawn.choice(doubtful, size, replace=False)
            tried = kept.copy()
            tried[rows] = np.where(tried[rows] == game.first[rows], game.second[rows], game.first[rows])
            told, improved = game.ask(tried, best)
            if improved and told > best:
                kept, best = tried, told
        return kept

    return attack


def majority(game: Game, drawn: np.random.Generator) -> np.ndarray:
    """Ask about random halves of the doubtful rows; where those that helped agree on the second choice, take it."""
    doubtful = game.doubtful[: 2 * game.entries]
    votes = np.zeros(len(doubtful))
    best, _improved = game.ask(game.first, None)
    for _entry in range(game.entries - 2):
        half = drawn.random(len(doubtful)) < 0.5
        tried = game.first.copy()
        tried[doubtful[half]] = game.second[doubtful[half]]
        told, _improved = game.ask(tried, best)
        votes += np.where(half, 1.0, -1.0) * (told - best + 1e-9 * drawn.normal())
    centred = votes - votes.mean()
    chosen = doubtful[centred > 2 * centred.std()]
    final = game.first.copy()
    final[chosen] = game.second[chosen]
    return final


def averaging(game: Game, drawn: np.random.Generator) -> np.ndarray:
    """Average the entries about random halves, each weighted by its score, and take the choice that weighs more."""
    doubtful = game.doubtful[: 2 * game.entries]
    halves = drawn.random((game.entries - 2, len(doubtful))) < 0.5
    scores, best = np.zeros(len(halves)), None
    for number, half in enumerate(halves):
        tried = game.first.copy()
        tried[doubtful[half]] = game.second[doubtful[half]]
        scores[number], _improved = game.ask(tried, best)
        best = scores[: number + 1].max()
    weights = (scores - scores.mean()) @ np.where(halves, 1.0, -1.0)
    chosen = doubtful[weights > 2 * weights.std()]
    final = game.first.copy()
    final[chosen] = game.second[chosen]
    return final


def from_the_bottom(game: Game, drawn: np.random.Generator) -> np.ndarray:
    """Be wrong first; then put one group of doubtful rows after the other to its first choice, and to its second."""
    tried = (game.first + 1 + (game.second == (game.first + 1) % 10)) % 10  # neither the first nor the second choice
    best, _improved = game.ask(tried, None)
    final = game.first.copy()
    groups = drawn.permutation(game.doubtful[: 4 * game.entries]).reshape(-1, 8)[: (game.entries - 2) // 2]
    for rows in groups:
        for choice in (game.first, game.second):
            asked = tried.copy()
            asked[rows] = choice[rows]
            told, improved = game.ask(asked, best)
            if improved and told > best:
                tried, best = asked, told
                final[rows] = choice[rows]
    return final


ATTACKS: dict[str, Attack] = {
    "groups of four": groups_of(4),
    "single rows": groups_of(1),
    "majority": majority,
    "averaging": averaging,
    "from the bottom": from_the_bottom,
}


def pixels(name: str, column: str) -> tuple[list[str], np.ndarray]:
    with (FOLDER / "data" / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    values = [[int(row[f"p{number}"]) for number in range(SIDE * SIDE)] for row in rows]
    return [row[column] for row in rows], np.array(values, dtype=float)


def moved(images: np.ndarray) -> np.ndarray:
    """Each image in its nine places: (N, 100) → (9 N, 100)."""
    frames = images.reshape(-1, SIDE, SIDE)
    places = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return np.concatenate([np.roll(frames, place, axis=(1, 2)) for place in places]).reshape(-1, SIDE * SIDE)


def honest() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and second choices of a model that has seen moved images, and the rows in the order of doubt."""
    digits, images = pixels("train.csv", "digit")
    _names, test = pixels("test.csv", "image")
    model = SVC(C=10, gamma="scale").fit(moved(images), np.tile(np.array(digits, dtype=int), 9))
    order = np.argsort(model.decision_function(test), axis=1)  # (N, 10), the best last
    votes = np.sort(model.decision_function(test), axis=1)
    return order[:, -1], order[:, -2], np.argsort(votes[:, -1] - votes[:, -2])


def played(told: Told, entries: int, seeds: int) -> dict[str, tuple[float, float]]:
    """What each attack wins over the honest entry, on the private and on the public rows, on average."""
    spec = yaml.safe_load((FOLDER / "competition.yaml").read_text("utf-8"))
    column = {"digit": Column(kind="integer", min=0, max=9)}
    labels = read_table((FOLDER / "hidden" / "labels.csv").read_text("utf-8"), id_column="image", columns=column)
    first, second, doubtful = honest()
    won: dict[str, list[tuple[float, float]]] = {name: [] for name in ATTACKS}
    for seed in range(seeds):
        chosen = set(split_rows(labels, share=spec["split"]["public"], seed=seed))
        public = np.array([name in chosen for name in labels.ids])
        right = np.array(labels.columns["digit"])
        game = Game(
            first=first, second=second, doubtful=doubtful, right=right, public=public, entries=entries, told=told
        )
        for name, attack in ATTACKS.items():
            final = attack(game, np.random.default_rng(seed))
            won[name].append(
                (
                    game.accuracy(final, ~public) - game.accuracy(first, ~public),
                    game.accuracy(final, public) - game.accuracy(first, public),
                )
            )
    return {name: (_mean([a for a, _b in pairs]), _mean([b for _a, b in pairs])) for name, pairs in won.items()}


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values)


def main() -> int:
    given = [int(number) for number in sys.argv[1:3]]
    entries, seeds = given if len(given) == 2 else (60, 20)
    say_where(f"{entries} entries of probing, {seeds} seeds")
    with own_database():
        from courses.competitions.ranking import Ranking  # noqa: PLC0415  # models exist only once Django is set up

        rules = Ranking(greater=True, public_digits=3, private_digits=4, step=0.005, finals=2, shared=False)
        under_rules = played(lambda raw, best: rules.told(raw, best=best), entries, seeds)
    in_full = played(lambda raw, _best: (raw, True), entries, seeds)
    print(f"{'':<18}{'private, rules':>16}{'public, rules':>16}{'private, full':>16}{'public, full':>16}")
    for name in ATTACKS:
        cells = "".join(f"{value:>+16.4f}" for value in (*under_rules[name], *in_full[name]))
        print(f"{name:<18}{cells}")
    return 1 if max(private for private, _public in under_rules.values()) >= ALLOWED else 0


if __name__ == "__main__":
    sys.exit(main())
