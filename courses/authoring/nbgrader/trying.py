"""Every test both ways: in one process, as nbgrader runs it, and across the border, as it will run here.

What differs, on the solution, on the starter or on something that a student has handed in, is switched off with the
reason: never run beside a student's code instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from courses.authoring.nbgrader.beside import Said, Try, run_beside
from courses.authoring.nbgrader.books import Converted, Test
from courses.authoring.nbgrader.cells import Refused
from courses.authoring.nbgrader.helpers import changes_of_modules
from courses.authoring.nbgrader.shaping import not_python
from graders.bundle import MASTER
from graders.engine import Engine
from graders.exercise import Exercise
from graders.notebooks.planning import plan
from graders.notebooks.reading import NotebookUnreadable, read_notebook
from graders.report import Outcome, Report, TestOutcome, TestResult

SOLUTION, STARTER = "the solution", "the starter"
_CLOSE = 1e-6
#: What is said of a test that ended the whole run in one process.
ENDED = "the process ended, or its time was over"
MAX_LINE = 160  #: of a test's line in a reason


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One test whose points differ."""

    test: str
    answer: str  #: the solution, the starter, or who handed in
    beside: float
    across: float
    reason: str
    won: str = ""  #: by which trick the answer gets its points in one process; empty: the test is to blame

    def __str__(self) -> str:
        return f"on {self.answer}: {self.beside:g} points in one process, {self.across:g} across it: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What one answer got."""

    answer: str
    across: Mapping[str, TestResult]
    beside: Mapping[str, Said]
    problem: str = ""  #: why it could not be graded at all
    report: Report | None = None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """All answers to one exercise."""

    tried: Sequence[Tried]
    differences: Sequence[Difference]
    noisy: Sequence[str]  #: tests that wrote to stderr and passed: nbgrader gives them nothing

    @property
    def broke(self) -> bool:
        """Whether no test ran, whatever the answer: one of them keeps the others from it."""
        return any(each.report is not None and each.report.outcome is Outcome.EXERCISE_ERROR for each in self.tried)

    @property
    def off(self) -> dict[str, str]:
        """The tests that must not run, each with the first reason."""
        reasons: dict[str, str] = {}
        for each in self.differences:
            if not each.won:
                reasons.setdefault(each.test, str(each))
        return reasons

    @property
    def tricks(self) -> list[str]:
        """What gets points in one process that it gets here no more, as it should be."""
        return [f"{each.test.removeprefix('test_')}, {each}; {each.won}" for each in self.differences if each.won]


def try_both(
    engine: Engine, folder: Path, made: Converted, answers: Mapping[str, str], *, into: Path, jobs: int
) -> Trial:
    """Grade all answers both ways.

    Args:
        folder: the exercise as it was written.
        answers: notebooks by who wrote them; ``SOLUTION`` must be among them.
        into: a new folder for the runs in one process.
    """
    exercise = Exercise.load(folder)
    tests = {test.name: test for test in made.tests if not test.off}
    beside = {test.name: test for test in made.tests if runs_beside(test)}

    def one(item: tuple[int, tuple[str, str]]) -> Tried:
        number, (answer, text) = item
        return _try_one(engine, exercise, tests, beside, answer, text, into=into / str(number))

    with ThreadPoolExecutor(jobs) as workers:
        tried = list(workers.map(one, enumerate(answers.items())))
    found = [difference for each in tried for difference in _differences(each, tests)]
    found = [replace(each, won=_trick(each, answers[each.answer])) for each in found]
    off = {difference.test for difference in found if not difference.won}
    waiting = {name: made.waits_for(tests[name], off) for name in off}
    return Trial(
        tried=tried,
        differences=[replace(each, reason=each.reason + waiting.get(each.test, "")) for each in found],
        noisy=sorted({name for each in tried for name, said in each.beside.items() if said.noise and not said.error}),
    )


def breaks(engine: Engine, folder: Path, solution: str) -> str:
    """Why no test of an exercise can run at all, as where one of them cannot be collected; empty: they can."""
    exercise = Exercise.load(folder)
    report = engine.grade(exercise, {exercise.files[0]: solution})
    return _last_line(report.output_withheld)[:400] if report.outcome is Outcome.EXERCISE_ERROR else ""


def runs_beside(test: Test) -> bool:
    """Whether a test runs in one process. One that is switched off does: others may use what it makes, and the point is
    what nbgrader would give them."""
    return ENDED not in test.off and not not_python(test.source)


def _try_one(
    engine: Engine,
    exercise: Exercise,
    tests: Mapping[str, Test],
    beside: Mapping[str, Test],
    answer: str,
    text: str,
    *,
    into: Path,
) -> Tried:
    if not tests:
        return Tried(answer=answer, across={}, beside={})
    report = engine.grade(exercise, {exercise.files[0]: text})
    if report.outcome in (Outcome.PLATFORM_ERROR, Outcome.CANCELLED):
        report = engine.grade(exercise, {exercise.files[0]: text})
    if report.outcome in (Outcome.PLATFORM_ERROR, Outcome.CANCELLED):  # which says nothing of any test
        raise Refused(f"it could not be graded here, on {answer}: {report.message or report.outcome}; import it again")
    across = {result.name: result for result in report.tests}
    try:
        steps = list(_steps(exercise, beside, text))
    except NotebookUnreadable as error:
        return Tried(answer=answer, across=across, beside={}, problem=str(error.finding.key), report=report)
    heard = run_beside(engine, steps, data=exercise.folder / "data", into=into)
    return Tried(answer=answer, across=across, beside=heard.tests, report=report)


def _steps(exercise: Exercise, tests: Mapping[str, Test], text: str) -> Iterator[str | Try]:
    """What runs in one process: the same cells in the same order, with the tests as they were."""
    master = read_notebook((exercise.folder / MASTER).read_text(encoding="utf-8"))
    submitted = read_notebook(text)
    after = {name: test.place for name, test in tests.items()}
    for step in plan(master, submitted, tests=tuple(tests), after=after):
        if step.cell is not None:
            yield step.cell.source
        yield from (Try(name=name, source=tests[name].source) for name in step.tests)


def _differences(tried: Tried, tests: Mapping[str, Test]) -> Iterator[Difference]:
    if tried.problem:
        return
    for name, test in tests.items():
        worth = test.cell.points
        said, result = tried.beside.get(name), tried.across.get(name)
        beside = said.points(worth) if said is not None else 0.0
        across = result.points if result is not None else 0.0
        error = said.error if said is not None else f"the test did not run: {ENDED}"
        if tried.answer == SOLUTION and error:  # whatever the reason: trying it both ways tells nothing
            reason = f"the author's own solution does not pass it here, not even in one process ({error})"
        elif tried.answer == SOLUTION and worth == 0 and result is not None and result.outcome != "passed":
            reason = _why(result, tried.report)
        elif abs(beside - across) > _CLOSE:
            reason = _why(result, tried.report) if across < beside else f"in one process: {error}"
        else:
            continue
        yield Difference(test=name, answer=tried.answer, beside=beside, across=across, reason=reason)


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "")


def _trick(difference: Difference, text: str) -> str:
    """How a student's answer wins points in one process with what is not its own: words for the report."""
    if difference.answer in (SOLUTION, STARTER) or difference.across >= difference.beside:
        return ""
    if "RefusedOperation: a comparison of" in difference.reason:
        return "it is an object of a class of the student's own, which may call itself equal to anything"
    changed = changes_of_modules(text)
    return f"it changes `{changed[0]}`, which in one process is the tests' own" if changed else ""


def _why(result: TestResult | None, report: Report | None) -> str:
    """The last line of the traceback, which names what the border refused, and where; else what was found."""
    if result is None or result.outcome == TestOutcome.NOT_RUN:
        said = "" if report is None else _last_line(report.output_withheld) or report.message
        return f"it did not run: {said}"[:400] if report is not None else "it did not run"
    lines = [line.strip() for line in result.detail.strip().split("\n") if line.strip()]
    reason = (lines[-1] if lines else result.message or str(result.outcome))[:400]
    places = [source for place, source in pairwise(lines) if place.startswith('File "<test cell ')]
    return f"{reason.rstrip('.')}, in `{places[-1][:MAX_LINE]}`" if places else reason
