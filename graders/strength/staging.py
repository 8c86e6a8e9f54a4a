"""An exercise with something beside its tests: the same tests, watched, or with one more at the end."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from graders.bundle import HIDDEN, VISIBLE
from graders.exercise import Exercise, TestSpec


def staged(
    exercise: Exercise, into: Path, *, test_file: str | None = None, after: str = "", seconds: float = 0.0
) -> Exercise:
    """A copy of an exercise in a new folder.

    Args:
        test_file: the text of its hidden tests; None for the ones that it has.
        after: text behind the tests; the tests in it are worth nothing.
        seconds: more patience, for all tests together and for each of those in ``after``.
    """
    into.mkdir(parents=True)
    for part in ("data", "hidden"):
        if (exercise.folder / part).is_dir():
            shutil.copytree(exercise.folder / part, into / part)
    text = (exercise.hidden_test() if test_file is None else test_file) + after
    (into / HIDDEN).write_text(text, encoding="utf-8")
    if (visible := exercise.visible_test()) is not None:
        (into / VISIBLE).write_text(visible, encoding="utf-8")
    added = [line.split("(")[0].removeprefix("def ") for line in after.splitlines() if line.startswith("def test_")]
    limits = dataclasses.replace(
        exercise.limits,
        seconds=exercise.limits.seconds + seconds,
        cpu_seconds=exercise.limits.cpu_seconds + 2 * seconds,
        memory_mb=max(exercise.limits.memory_mb, 2048),
    )
    return dataclasses.replace(
        exercise,
        folder=into,
        limits=limits,
        tests={**exercise.tests, **{name: _worthless(name, seconds) for name in added}},
        digest=hashlib.sha256(f"{exercise.digest}\0{text}\0{seconds}".encode()).hexdigest(),
    )


def _worthless(name: str, seconds: float) -> TestSpec:
    return TestSpec(name=name, points=0.0, title={"en": name}, feedback={}, seconds=seconds)


def behind(exercise: Exercise, solution: Mapping[str, str], around: str) -> dict[str, str] | None:
    """A submission that puts ``around`` (an expression) at each door of the solution; None for several files."""
    if len(exercise.files) != 1 or exercise.mode != "module":
        return None
    name = exercise.files[0]
    shim = f"from graders.strength import comparing, doors, lookup, recording\n\ngradus_around = {around}\n"
    shim += "globals().update(doors.behind_doors('solution.py', gradus_around))\n"
    return {name: shim, "solution.py": solution[name]}
