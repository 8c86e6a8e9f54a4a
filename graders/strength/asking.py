"""Grades one answer of which we know beforehand what it deserves."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from graders.exercise import Exercise
from graders.report import Outcome, Report, TestOutcome

SEEDS = (1, 2, 3)
FAULTS = (Outcome.EXERCISE_ERROR, Outcome.PLATFORM_ERROR)

Files = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One submission of which we know beforehand what it deserves."""

    name: str
    files: Files
    seed: int = SEEDS[0]
    must_fail: tuple[str, ...] = ()  #: the tests that a listed mutant names
    to_the_end: bool = False  #: run all tests; otherwise stop once the named ones, or any, have failed


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of an answer."""

    full: bool
    cause: str  #: the first test that failed, or how the submission ended; "" with full marks
    report: Report

    @property
    def passed(self) -> frozenset[str]:
        return frozenset(test.name for test in self.report.tests if test.outcome is TestOutcome.PASSED)

    def got(self) -> str:
        """The grade in a few words."""
        report = self.report
        failed = [test.name for test in report.tests if test.outcome is not TestOutcome.PASSED]
        where = f" (not passed: {', '.join(failed)})" if failed else ""
        score = f"{report.score:g} of {report.max_score:g} points"
        return f"it got {report.outcome}, {score}{where} {report.message}".rstrip()


Ask = Callable[[Answer], Verdict]


class Grader(Protocol):
    """What a proof asks of an engine: ``graders.engine.Engine``, or a queue before engines elsewhere. Thread-safe."""

    def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        tests: Literal["hidden", "visible"] = "hidden",
        key: str | None = None,
        seed: int | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> Report: ...

    def cancel(self, key: str) -> bool: ...


def asker(engine: Grader, exercise: Exercise) -> Ask:
    """What grades one answer, in whichever thread."""
    return lambda answer: _graded(engine, exercise, answer)


def hurried(exercise: Exercise, needed: float) -> Exercise:
    """The exercise with less patience, so that a mutant without end costs little; never less than the solution needs
    three times over, or the clock would kill what the tests let live.

    Its tests run as the file has them. A test whose output is shown runs before the others where students hand in, so
    that nothing hidden can be printed; it mostly trains, and here nobody reads: a mutant that a cheap test kills need
    not train first.
    """
    patience = max(3.0, 3 * needed + 1)
    limits = exercise.limits
    least = {name: min(getattr(limits, name), patience) for name in ("load_seconds", "seconds")}
    silent = {name: dataclasses.replace(test, output="withheld") for name, test in exercise.tests.items()}
    if silent == exercise.tests:
        return dataclasses.replace(exercise, limits=dataclasses.replace(limits, **least))
    digest = hashlib.sha256(f"{exercise.digest}\0in the order of the file".encode()).hexdigest()  # another template
    return dataclasses.replace(exercise, limits=dataclasses.replace(limits, **least), tests=silent, digest=digest)


def _graded(engine: Grader, exercise: Exercise, answer: Answer) -> Verdict:
    key = f"{exercise.slug} {answer.name} {answer.seed} {id(answer)}"
    failed: list[str] = []
    named = set(answer.must_fail)

    def hear(event: Mapping[str, object]) -> None:
        if event.get("kind") == "test" and event.get("outcome") != TestOutcome.PASSED:
            late = " (out of time)" if event.get("outcome") == TestOutcome.TIMED_OUT else ""
            failed.append(f"{event['name']}{late}")
            named.discard(str(event["name"]))
            if not answer.to_the_end and not named:
                engine.cancel(key)

    report = engine.grade(exercise, answer.files, key=key, seed=answer.seed, on_event=hear)
    if report.outcome is Outcome.PLATFORM_ERROR:  # ours, and tried again as the platform does
        report = engine.grade(exercise, answer.files, key=key, seed=answer.seed, on_event=hear)
    full = report.outcome is Outcome.GRADED and report.score == report.max_score
    ended = str(report.outcome) if report.outcome is not Outcome.GRADED else "points"
    return Verdict(full=full, cause="" if full else failed[0] if failed else ended, report=report)
