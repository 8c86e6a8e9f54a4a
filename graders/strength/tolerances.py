"""How thin the margins of the hidden tests are: what right answers use of each tolerance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.exercise import Exercise
from graders.report import Finding, Report
from graders.strength.asking import SEEDS, Answer, Files
from graders.strength.instrumenting import measured
from graders.strength.staging import behind, staged
from graders.strength.words import GAPS, KEY

THIN = 0.5  #: of a tolerance: half of it used by a right answer leaves a factor of two to other right answers
_ROUNDED = {
    "computed in double precision": "rounding.in_double",
    "with other last digits": "rounding.in_other_digits",
}


@dataclass(frozen=True, kw_only=True)
class Margin:
    """The most that a right answer used of a tolerance, in one test."""

    test: str
    used: float  #: 1 is all of it; of an inequality, the spread over the seeds beside what is left
    where: str  #: what was compared
    answer: str  #: which right answer

    def __str__(self) -> str:
        share = f"{100 * self.used:.0f} %" if self.used < 100 else "far more than all"
        return f"{self.test}: {self.answer} uses {share} of the tolerance ({self.where})"


def watched(exercise: Exercise, into: Path) -> Exercise:
    """The exercise with tests that tell how close it was."""
    return staged(exercise, into / "margins", test_file=measured(exercise.hidden_test()))


def answers_to_measure(exercise: Exercise, solution: Files, *, long: bool) -> list[Answer]:
    """The solution with several seeds, and rounded differently."""
    seeds = SEEDS[:1] if long else SEEDS
    made = [Answer(name=f"the solution, seed {n},", files=solution, seed=n, to_the_end=True) for n in seeds]
    for name, around in () if long else _ROUNDED.items():
        if (files := behind(exercise, solution, around)) is not None:
            made.append(Answer(name=f"the solution {name}", files=files, seed=SEEDS[0], to_the_end=True))
    return made


def margins(answers: Sequence[Answer], reports: Sequence[Report]) -> dict[str, Margin]:
    """The thinnest margin of each test that has a tolerance."""
    found: dict[str, Margin] = {}
    pairs = list(zip(answers, reports, strict=True))
    closeness = [margin for answer, report in pairs for margin in _of_report(answer, report)]
    for margin in (*closeness, *_of_gaps([report for answer, report in pairs if "seed" in answer.name])):
        if margin.test not in found or found[margin.test].used < margin.used:
            found[margin.test] = margin
    return found


def _of_report(answer: Answer, report: Report) -> Iterator[Margin]:
    for test, finding in _findings(report, KEY):
        used = finding.values.get("used")
        if isinstance(used, int | float):
            where = str(finding.values.get("name", ""))
            yield Margin(test=test, used=float(used), where=where, answer=answer.name)


def _findings(report: Report, key: str) -> Iterator[tuple[str, Finding]]:
    for test in report.tests:
        yield from ((test.name, finding) for finding in test.findings if finding.key == f"author.{key}")


def _of_gaps(reports: Sequence[Report]) -> Iterator[Margin]:
    """Inequalities: how much the two sides' distance changes from seed to seed, beside the least distance."""
    seen: dict[tuple[str, str], list[float]] = {}
    for report in reports:
        for test, finding in _findings(report, GAPS):
            for text, gap in finding.values.items():
                seen.setdefault((test, text), []).append(float(gap))
    for (test, text), distances in seen.items():
        spread, least = max(distances) - min(distances), min(distances)
        if len(distances) > 1 and spread > 0:
            used = spread / (spread + max(least, 0.0))
            yield Margin(test=test, used=used, where=text, answer="the solution, from seed to seed,")
