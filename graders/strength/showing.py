"""``python -m graders check``: a proof for people and for programs."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from graders.engine import Engine
from graders.exercise import Exercise, ExerciseInvalid
from graders.strength.mutating import OPERATORS
from graders.strength.proving import ENOUGH, Proof, Survivor, prove

Result = TypeVar("Result")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exercises", type=Path, nargs="+", metavar="exercise", help="an exercise's folder")
    parser.add_argument("--json", action="store_true", help="one JSON object per exercise and line")
    parser.add_argument(
        "--jobs", type=_positive, default=os.cpu_count() or 1, help="how many at a time (default: the CPUs)"
    )
    parser.set_defaults(run=check)


def check(options: argparse.Namespace) -> int:
    """Exit status: 0 all proved, 1 not.

    Raises:
        ExerciseInvalid: a folder is no exercise, or has no solution or starter.
    """
    exercises = [_named(folder, partial(Exercise.load, folder)) for folder in options.exercises]
    engine = Engine(slots=options.jobs, runtimes=tuple(sorted({exercise.runtime for exercise in exercises})))
    proved = True
    try:
        for exercise in exercises:
            proof = _named(exercise.folder, partial(prove, exercise, engine, jobs=options.jobs))
            print(json.dumps(as_dict(proof), ensure_ascii=False) if options.json else as_text(proof), flush=True)
            proved = proved and proof.proved
    finally:
        engine.close()
    return 0 if proved else 1


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _named(folder: Path, work: Callable[[], Result]) -> Result:
    """Do some work; what is wrong in the exercise is told with its folder, since there may be several."""
    try:
        return work()
    except ExerciseInvalid as error:
        raise ExerciseInvalid([replace(each, file=f"{folder}/{each.file}") for each in error.problems]) from error


def as_dict(proof: Proof) -> dict[str, Any]:
    return {
        "exercise": proof.exercise,
        "proved": proof.proved,
        "strength": proof.strength,
        "killed": proof.killed,
        "counted": proof.counted,
        "equivalent": list(proof.equivalent),
        "alike": list(proof.alike),
        "operators": {name: {"killed": kill, "counted": made} for name, (kill, made) in proof.operators.items()},
        "causes": dict(proof.causes),
        "survivors": [_survivor(each) for each in proof.survivors],
        "won": list(proof.won),
        "margins": {name: {**vars(margin)} for name, margin in proof.margins.items()},
        "answers": proof.answers,
        "complaints": list(proof.complaints),
        "seconds": round(proof.seconds, 2),
    }


def _survivor(each: Survivor) -> dict[str, Any]:
    mutant = each.mutant
    told = {"verdict": each.told.verdict, "how": each.told.how, "killed_with": list(each.killed_with)}
    return {"id": mutant.id, "operator": mutant.operator, "diff": mutant.diff(), **told}


def as_text(proof: Proof) -> str:
    """A table of the operators, what is wrong, and each survivor as a change that the tests should notice."""
    word = "proved" if proof.proved else "FAILED"
    lines = [f"{word}  {proof.exercise}: {_strength(proof)}; {proof.answers} known answers; {proof.seconds:.1f} s"]
    lines += [f"    {name:<20} {kill:>3} of {made:>3} killed" for name, (kill, made) in sorted(proof.operators.items())]
    if proof.causes:
        causes = sorted(proof.causes.items(), key=lambda item: -item[1])
        lines.append("    killed by: " + ", ".join(f"{cause} {count}" for cause, count in causes))
    lines += [f"    {complaint}" for complaint in proof.complaints]
    lines += [f"    thin margin: {margin}" for margin in proof.thin]
    lines += [f"    worth a look: {line}" for line in proof.won]
    if proof.alike:
        lines.append(f"    like the solution on every generated input, and not counted: {', '.join(proof.alike)}")
    for each in proof.survivors:
        what = " ".join((OPERATORS[each.mutant.operator].__doc__ or "").split())
        lines.append(f"  survivor {each.mutant.id}: {what}")
        lines += [f"    {line}" for line in each.mutant.diff().splitlines()]
        lines += [f"    to kill it: {each.told.how}"] if each.told.how else []
        seeds = ", ".join(map(str, each.killed_with))
        lines += [f"    it survives by chance: with seed {seeds} it is killed"] if seeds else []
    return "\n".join(lines)


def _strength(proof: Proof) -> str:
    if proof.strength is None:
        return "no automatic mutants" + (" until the known answers are right" if proof.complaints else "")
    share = f"test strength {100 * proof.strength:.1f} % ({proof.killed} of {proof.counted} mutants killed"
    share += f", {len(proof.equivalent)} equivalent" if proof.equivalent else ""
    needed = "" if proof.strength >= ENOUGH else f"; {100 * ENOUGH:.0f} % are needed"
    return f"{share}, {len(proof.operators)} operators){needed}"
