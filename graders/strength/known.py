"""The answers that are known to be right or wrong, and what is to be said of their grades."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graders.exercise import Exercise
from graders.report import TestOutcome
from graders.strength.asking import FAULTS, SEEDS, Answer, Files, Verdict
from graders.strength.degenerate import degenerates_of
from graders.strength.texts import docstring


def right_answers(solution: Files) -> list[Answer]:
    return [Answer(name="solution", files=solution, seed=seed, to_the_end=True) for seed in SEEDS]


def wrong_answers(exercise: Exercise, solution: Files) -> Iterator[Answer]:
    """The starter, the listed mutants, and what has the right names and no thought in it."""
    yield Answer(name="starter", files=exercise.starter(), to_the_end=True)
    for path in sorted((exercise.folder / "mutants").glob("*")):
        if path.suffix == Path(exercise.files[0]).suffix and path.is_file():
            files = {exercise.files[0]: path.read_text(encoding="utf-8")}
        elif path.is_dir() and not path.name.startswith(("_", ".")):
            files = {name: (path / name).read_text(encoding="utf-8") for name in exercise.files}
        else:
            continue
        said = docstring(exercise.files[0], files[exercise.files[0]])
        named = tuple(re.findall(r"\btest_\w+", said.partition("Must fail")[2]))
        yield Answer(name=f"mutants/{path.name}", files=files, must_fail=named)
    for kind, degenerate in degenerates_of(solution).items():
        yield Answer(name=f"degenerate: {kind}", files=degenerate)


def _where(answer: Answer) -> str:
    return "its docstring" if answer.name.endswith(".py") else "its docstring, or in a text cell of a notebook"


def of_right(verdict: Verdict) -> Iterator[str]:
    if not verdict.full:
        seed = verdict.report.seed
        yield f"the solution must get full marks with each seed, but with seed {seed} {verdict.got()}"


def of_wrong(answer: Answer, verdict: Verdict, exercise: Exercise) -> Iterator[str]:
    """What is wrong with the grade of a wrong answer."""
    report = verdict.report
    outcomes = {test.name: test.outcome for test in report.tests}
    if verdict.full:
        yield f"{answer.name} must not get full marks"
    elif report.outcome in FAULTS:
        yield f"{answer.name} is a wrong answer, not a fault of ours, but {verdict.got()}"
    elif answer.name == "starter" and not (report.message or any(test.message for test in report.tests)):
        yield f"the starter ends without a sentence that helps: {verdict.got()}"
    if answer.name.startswith("mutants/"):
        if not answer.must_fail:
            yield f"{answer.name} names no test that it must fail; write `Must fail: test_...` in {_where(answer)}"
        for name in answer.must_fail:
            if name not in exercise.tests:
                yield f"{answer.name} names {name}, but there is no such test"
            elif outcomes.get(name) in (TestOutcome.PASSED, TestOutcome.NOT_RUN, None):
                yield f"{answer.name} must fail in {name}, but that test is {outcomes.get(name, 'not run')}"
