"""Grades the right answer and the wrong ones of an exercise, and says what its tests are worth."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from graders.exercise import Exercise
from graders.report import Outcome
from graders.strength import cheating, surviving, tolerances
from graders.strength.asking import FAULTS, SEEDS, Answer, Ask, Files, Grader, Verdict, asker, hurried
from graders.strength.equivalent import FILE, SHARE, read_reasons
from graders.strength.known import of_right, of_wrong, right_answers, wrong_answers
from graders.strength.mutating import MOST, Mutant, chosen, mutants_of
from graders.strength.surviving import Told
from graders.strength.texts import replaced
from graders.strength.tolerances import THIN, Margin

ENOUGH = 0.95  #: the strength that an exercise must have
_LONG = 30.0  #: seconds that an exercise gives its tests, from which on it trains and gets fewer mutants
_FEWER = 24


@dataclass(frozen=True, kw_only=True)
class Survivor:
    """A mutant that gets full marks, and what is known about it."""

    mutant: Mutant
    told: Told
    killed_with: tuple[int, ...] = ()  #: other seeds, with which a test does kill it


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is known about the tests of one exercise."""

    exercise: str
    answers: int  #: solution, starter, listed mutants, degenerate submissions and cheats
    complaints: tuple[str, ...]  #: what is wrong, one sentence each
    operators: Mapping[str, tuple[int, int]]  #: killed and counted automatic mutants of each operator that applies
    survivors: tuple[Survivor, ...]
    alike: tuple[str, ...]  #: mutants that no generated input tells from the solution; they do not count
    equivalent: tuple[str, ...]  #: mutants that the author excused with a reason
    causes: Mapping[str, int]  #: what killed how many
    won: tuple[str, ...]  #: points that a patched torch or a forged probe wins
    margins: Mapping[str, Margin]  #: the thinnest of each test
    seconds: float

    @property
    def killed(self) -> int:
        return sum(killed for killed, _ in self.operators.values())

    @property
    def counted(self) -> int:
        return sum(counted for _, counted in self.operators.values())

    @property
    def strength(self) -> float | None:
        """The share of the automatic mutants that the tests kill; None where there is nothing to mutate."""
        return self.killed / self.counted if self.counted else None

    @property
    def proved(self) -> bool:
        return not self.complaints and (self.strength is None or self.strength >= ENOUGH)

    @property
    def thin(self) -> list[Margin]:
        return [margin for margin in self.margins.values() if margin.used > THIN]


def prove(exercise: Exercise, engine: Grader, *, jobs: int) -> Proof:
    """Grade everything that is known to be right or wrong, with the sizes for a CPU where it has such.

    Raises:
        ExerciseInvalid: the folder has no solution or starter, or ``equivalent.yaml`` has mistakes.
    """
    with tempfile.TemporaryDirectory(prefix="gradus-check-") as folder, ThreadPoolExecutor(jobs) as workers:
        return _Prover(exercise.on_cpu(), engine, workers, Path(folder)).prove()


class _Prover:
    """Asks everything about one exercise, step by step, and keeps what it has heard."""

    def __init__(self, exercise: Exercise, engine: Grader, workers: ThreadPoolExecutor, folder: Path) -> None:
        self._exercise, self._engine, self._workers, self._folder = exercise, engine, workers, folder
        self._solution: Files = exercise.solution_files()
        self._long = exercise.limits.seconds > _LONG
        self._complaints: list[str] = []
        self._answers = 0

    def prove(self) -> Proof:
        begun = time.monotonic()
        if not self._exercise.tests:  # a person grades all of it: there is nothing to prove
            return self._proof({}, [], {}, (), {}, 0.0)
        every = mutants_of(self._solution)
        mutants = chosen(every, _FEWER if self._long else MOST)
        reasons = read_reasons(self._exercise.folder, {mutant.id for mutant in every})
        rights = self._verdicts(asker(self._engine, self._exercise), right_answers(self._solution))
        sound = all(verdict.full for verdict in rights)
        needed = max(verdict.report.seconds.ran for verdict in rights)
        ask = asker(self._engine, hurried(self._exercise, needed))
        self._complaints += [line for verdict in rights for line in of_right(verdict)]
        self._judge_wrong_answers(ask, sound=sound)
        pairs = cheating.cheats(self._exercise, self._solution)
        won = tuple(cheating.points_won(self._exercise, pairs, ask))
        # Without a solution that passes, every mutant is killed and nothing is shown.
        fates = self._fates(ask, mutants) if sound else {}
        alive = self._survivors(ask, fates)
        margins = self._margins() if sound and self._exercise.mode == "module" else {}  # whose tests are functions
        self._complaints += _of_automatic(fates, reasons, len(mutants))
        return self._proof(fates, alive, reasons, won, margins, time.monotonic() - begun)

    def _proof(
        self,
        fates: Mapping[Mutant, Verdict],
        alive: Sequence[Survivor],
        reasons: Mapping[str, str],
        won: tuple[str, ...],
        margins: Mapping[str, Margin],
        seconds: float,
    ) -> Proof:
        alike = {each.mutant.id for each in alive if surviving.is_alike(each.told) and not each.killed_with}
        excused = {each.mutant.id for each in alive if each.mutant.id in reasons} - alike
        out = alike | excused
        counted = Counter(mutant.operator for mutant in fates if mutant.id not in out)
        survived = Counter(each.mutant.operator for each in alive if each.mutant.id not in out)
        return Proof(
            exercise=self._exercise.slug,
            answers=self._answers,
            complaints=tuple(self._complaints),
            operators={name: (counted[name] - survived[name], counted[name]) for name in counted},
            survivors=tuple(each for each in alive if each.mutant.id not in out),
            alike=tuple(sorted(alike)),
            equivalent=tuple(sorted(excused)),
            causes=Counter(verdict.cause for verdict in fates.values() if not verdict.full),
            won=won,
            margins=margins,
            seconds=seconds,
        )

    def _verdicts(self, ask: Ask, answers: Sequence[Answer]) -> list[Verdict]:
        return list(self._workers.map(ask, answers))

    def _judge_wrong_answers(self, ask: Ask, *, sound: bool) -> None:
        wrong = list(wrong_answers(self._exercise, self._solution))
        learnt = cheating.lookup(self._exercise, self._solution, self._engine, self._folder) if sound else None
        wrong += [learnt] if learnt is not None else []
        for answer, verdict in zip(wrong, self._verdicts(ask, wrong), strict=True):
            self._complaints += of_wrong(answer, verdict, self._exercise)
        self._answers = len(SEEDS) + len(wrong)

    def _fates(self, ask: Ask, mutants: Sequence[Mutant]) -> dict[Mutant, Verdict]:
        answers = [Answer(name=m.id, files=replaced(self._solution, [(m.text, m.after)])) for m in mutants]
        return dict(zip(mutants, self._verdicts(ask, answers), strict=True))

    def _survivors(self, ask: Ask, fates: Mapping[Mutant, Verdict]) -> list[Survivor]:
        """Full marks are confirmed with the other seeds: a student has one that nobody chooses."""
        mutants = [mutant for mutant, verdict in fates.items() if verdict.full]
        again = [(mutant, seed) for mutant in mutants for seed in SEEDS[1:]] if not self._long else []
        files = [replaced(self._solution, [(mutant.text, mutant.after)]) for mutant, _ in again]
        answers = [
            Answer(name=mutant.id, files=each, seed=seed) for each, (mutant, seed) in zip(files, again, strict=True)
        ]
        verdicts = dict(zip(again, self._verdicts(ask, answers), strict=True))
        told = surviving.tell_apart(self._exercise, self._solution, mutants, self._engine, self._folder)
        return [
            Survivor(
                mutant=mutant,
                told=told[mutant.id],
                killed_with=tuple(n for n in SEEDS if (known := verdicts.get((mutant, n))) and not known.full),
            )
            for mutant in mutants
        ]

    def _margins(self) -> dict[str, Margin]:
        watched = tolerances.watched(self._exercise, self._folder)
        answers = tolerances.answers_to_measure(self._exercise, self._solution, long=self._long)
        verdicts = self._verdicts(asker(self._engine, watched), answers)
        for answer, verdict in zip(answers, verdicts, strict=True):
            if verdict.report.outcome is not Outcome.GRADED:
                self._complaints.append(f"{answer.name} says nothing of the tolerances: {verdict.got()}")
        return tolerances.margins(answers, [verdict.report for verdict in verdicts])


def _of_automatic(fates: Mapping[Mutant, Verdict], reasons: Mapping[str, str], made: int) -> Iterator[str]:
    faults = [(mutant, verdict) for mutant, verdict in fates.items() if verdict.report.outcome in FAULTS]
    for mutant, verdict in faults[:3]:
        yield f"{mutant.id} is a wrong answer, not a fault of ours, but {verdict.got()}\n{mutant.diff()}"
    if len(reasons) > SHARE * made:
        yield f"{FILE} lists {len(reasons)} mutants; at most {int(SHARE * made)} of {made} may be equivalent"
    for mutant, verdict in fates.items():
        if mutant.id in reasons and not verdict.full:
            yield f"{mutant.id} is listed in {FILE}, but {verdict.cause} tells it from the solution; take it out"
