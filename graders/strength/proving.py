"""Grades the right answer and the wrong ones of an exercise, and says what its tests are worth."""

from __future__ import annotations

import ast
import dataclasses
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome, Report, TestOutcome
from graders.strength.degenerate import degenerates_of
from graders.strength.equivalent import FILE, SHARE, read_reasons
from graders.strength.mutating import MOST, Mutant, chosen, mutants_of

ENOUGH = 0.95  #: the strength that an exercise must have
_SEEDS = (1, 2, 3)
_LONG = 30.0  #: seconds that an exercise gives its tests, from which on it trains and gets fewer mutants
_FEWER = 24
_FAULTS = (Outcome.EXERCISE_ERROR, Outcome.PLATFORM_ERROR)

Files = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One submission of which we know beforehand what it deserves."""

    name: str
    files: Files
    seed: int = _SEEDS[0]
    must_fail: tuple[str, ...] = ()  #: the tests that a listed mutant names
    to_the_end: bool = False  #: run all tests; otherwise stop at the first that fails, since that says enough


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of an answer."""

    full: bool
    cause: str  #: the first test that failed, or how the submission ended; "" with full marks
    report: Report


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is known about the tests of one exercise."""

    exercise: str
    answers: int  #: solution, starter, listed mutants and degenerate submissions
    complaints: tuple[str, ...]  #: what is wrong, one sentence each
    operators: Mapping[str, tuple[int, int]]  #: killed and counted automatic mutants of each operator that applies
    survivors: tuple[Mutant, ...]
    equivalent: tuple[str, ...]
    causes: Mapping[str, int]  #: what killed how many
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


def prove(exercise: Exercise, engine: Engine, *, jobs: int) -> Proof:
    """Grade everything that is known to be right or wrong.

    Raises:
        ExerciseInvalid: the folder has no solution or starter, or ``equivalent.yaml`` has mistakes.
    """
    begun = time.monotonic()
    solution = exercise.solution_files()
    every = mutants_of(solution)
    mutants = chosen(every, _FEWER if exercise.limits.seconds > _LONG else MOST)
    reasons = read_reasons(exercise.folder, {mutant.id for mutant in every})
    right = [Answer(name="solution", files=solution, seed=seed, to_the_end=True) for seed in _SEEDS]
    wrong = [Answer(name="starter", files=exercise.starter(), to_the_end=True), *_listed(exercise)]
    wrong += [Answer(name=f"degenerate: {name}", files=files) for name, files in degenerates_of(solution).items()]
    with ThreadPoolExecutor(jobs) as workers:
        verdicts = list(workers.map(_grader(engine, exercise), right))
        complaints = [line for verdict in verdicts for line in _of_solution(verdict)]
        grade = _grader(engine, _hurried(exercise, max(verdict.report.seconds.ran for verdict in verdicts)))
        for answer, verdict in zip(wrong, workers.map(grade, wrong), strict=True):
            complaints += _of_wrong(answer, verdict, exercise)
        # Without a solution that passes, every mutant is killed and nothing is shown.
        automatic = [Answer(name=m.id, files={**solution, m.file: m.after}) for m in mutants if verdicts[0].full]
        fates = dict(zip(mutants, workers.map(grade, automatic), strict=False))
    complaints += _of_automatic(fates, reasons, len(mutants))
    return _proof(exercise, len(right + wrong), complaints, fates, reasons, time.monotonic() - begun)


def _proof(
    exercise: Exercise,
    answers: int,
    complaints: Sequence[str],
    fates: Mapping[Mutant, Verdict],
    reasons: Mapping[str, str],
    seconds: float,
) -> Proof:
    alive = [mutant for mutant, verdict in fates.items() if verdict.full]
    excused = [mutant for mutant in alive if mutant.id in reasons]
    made = Counter(mutant.operator for mutant in fates if mutant not in excused)
    survived = Counter(mutant.operator for mutant in alive if mutant not in excused)
    return Proof(
        exercise=exercise.slug,
        answers=answers,
        complaints=tuple(complaints),
        operators={name: (made[name] - survived[name], made[name]) for name in made},
        survivors=tuple(mutant for mutant in alive if mutant not in excused),
        equivalent=tuple(mutant.id for mutant in excused),
        causes=Counter(verdict.cause for verdict in fates.values() if not verdict.full),
        seconds=seconds,
    )


def _hurried(exercise: Exercise, needed: float) -> Exercise:
    """The exercise with less patience, so that a mutant without end costs little; never less than the solution needs
    three times over, or the clock would kill what the tests let live."""
    patience = max(5.0, 3 * needed + 2)
    limits = exercise.limits
    least = {name: min(getattr(limits, name), patience) for name in ("load_seconds", "seconds")}
    return dataclasses.replace(exercise, limits=dataclasses.replace(limits, **least))


def _grader(engine: Engine, exercise: Exercise) -> Callable[[Answer], Verdict]:
    """What grades one answer, in whichever thread."""
    return lambda answer: _graded(engine, exercise, answer)


def _graded(engine: Engine, exercise: Exercise, answer: Answer) -> Verdict:
    key = f"{exercise.slug} {answer.name} {answer.seed} {id(answer)}"
    failed: list[str] = []

    def hear(event: Mapping[str, object]) -> None:
        if event.get("kind") == "test" and event.get("outcome") != TestOutcome.PASSED:
            late = " (out of time)" if event.get("outcome") == TestOutcome.TIMED_OUT else ""
            failed.append(f"{event['name']}{late}")
            if not answer.to_the_end and event.get("outcome") != TestOutcome.ERROR:
                engine.cancel(key)

    report = engine.grade(exercise, answer.files, key=key, seed=answer.seed, on_event=hear)
    if report.outcome is Outcome.PLATFORM_ERROR:  # ours, and tried again as the platform does
        report = engine.grade(exercise, answer.files, key=key, seed=answer.seed, on_event=hear)
    full = report.outcome is Outcome.GRADED and report.score == report.max_score
    ended = str(report.outcome) if report.outcome is not Outcome.GRADED else "points"
    return Verdict(full=full, cause="" if full else failed[0] if failed else ended, report=report)


def _listed(exercise: Exercise) -> Iterator[Answer]:
    """The wrong answers that the author wrote; each is one file, or a folder of several."""
    for path in sorted((exercise.folder / "mutants").glob("*")):
        if path.suffix == Path(exercise.files[0]).suffix and path.is_file():
            files = {exercise.files[0]: path.read_text(encoding="utf-8")}
        elif path.is_dir() and not path.name.startswith(("_", ".")):
            files = {name: (path / name).read_text(encoding="utf-8") for name in exercise.files}
        else:
            continue
        named = tuple(re.findall(r"\btest_\w+", _docstring(files[exercise.files[0]]).partition("Must fail")[2]))
        yield Answer(name=f"mutants/{path.name}", files=files, must_fail=named, to_the_end=True)


def _docstring(text: str) -> str:
    try:
        return ast.get_docstring(ast.parse(text)) or ""
    except SyntaxError:
        return ""


def _of_solution(verdict: Verdict) -> Iterator[str]:
    if not verdict.full:
        yield f"the solution must get full marks with each seed, but with seed {verdict.report.seed} {_got(verdict)}"


def _of_wrong(answer: Answer, verdict: Verdict, exercise: Exercise) -> Iterator[str]:
    """What is wrong with the grade of the starter, of a listed mutant or of a degenerate submission."""
    report = verdict.report
    outcomes = {test.name: test.outcome for test in report.tests}
    if verdict.full:
        yield f"{answer.name} must not get full marks"
    elif report.outcome in _FAULTS:
        yield f"{answer.name} is a wrong answer, not a fault of ours, but {_got(verdict)}"
    elif answer.name == "starter" and not (report.message or any(test.message for test in report.tests)):
        yield f"the starter ends without a sentence that helps: {_got(verdict)}"
    if answer.name.startswith("mutants/"):
        if not answer.must_fail:
            yield f"{answer.name} names no test that it must fail; write `Must fail: test_...` in its docstring"
        for name in answer.must_fail:
            if name not in exercise.tests:
                yield f"{answer.name} names {name}, but there is no such test"
            elif outcomes.get(name) in (TestOutcome.PASSED, TestOutcome.NOT_RUN, None):
                yield f"{answer.name} must fail in {name}, but that test is {outcomes.get(name, 'not run')}"


def _of_automatic(fates: Mapping[Mutant, Verdict], reasons: Mapping[str, str], made: int) -> Iterator[str]:
    faults = [(mutant, verdict) for mutant, verdict in fates.items() if verdict.report.outcome in _FAULTS]
    for mutant, verdict in faults[:3]:
        yield f"{mutant.id} is a wrong answer, not a fault of ours, but {_got(verdict)}\n{mutant.diff()}"
    if len(reasons) > SHARE * made:
        yield f"{FILE} lists {len(reasons)} mutants; at most {int(SHARE * made)} of {made} may be equivalent"
    for mutant, verdict in fates.items():
        if mutant.id in reasons and not verdict.full:
            yield f"{mutant.id} is listed in {FILE}, but {verdict.cause} tells it from the solution; take it out"


def _got(verdict: Verdict) -> str:
    report = verdict.report
    failed: Sequence[str] = [test.name for test in report.tests if test.outcome is not TestOutcome.PASSED]
    where = f" (not passed: {', '.join(failed)})" if failed else ""
    return f"it got {report.outcome}, {report.score:g} of {report.max_score:g} points{where} {report.message}".rstrip()
