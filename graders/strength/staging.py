"""An exercise with something beside its tests: the same tests, watched, or with one more at the end."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from graders.bundle import HIDDEN, SPEC, VISIBLE, ExerciseInvalid, grading_files, pack
from graders.exercise import Exercise, TestSpec
from graders.problems import Problem


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


def packed(exercise: Exercise) -> bytes:
    """The archive of an exercise as it stands here: with limits or tests that its own ``exercise.yaml`` does not have.

    Raises:
        ExerciseInvalid: its folder holds what an archive cannot.
    """
    problems: list[Problem] = []
    contents = grading_files(exercise.folder, problems)
    if problems:
        raise ExerciseInvalid(problems)
    return pack({**contents, SPEC: json.dumps(_settings(exercise), ensure_ascii=False).encode()})


def _settings(exercise: Exercise) -> dict[str, object]:
    """What grading needs of ``exercise.yaml``; JSON is YAML."""
    most = exercise.limits.seconds
    tests: dict[str, dict[str, object]] = {
        test.name: {
            "points": test.points,
            "title": dict(test.title),
            "feedback": {key: dict(words) for key, words in test.feedback.items()},
            "reveal": test.reveal,
            "output": test.output,
            "seconds": min(test.seconds, most),
            **({"after": test.after} if test.after else {}),
        }
        for test in exercise.tests.values()
    }
    by_hand: dict[str, dict[str, object]] = {
        part.name: {"points": part.points, "title": dict(part.title), "manual": True}
        for part in exercise.manual.values()
    }
    settings: dict[str, object] = {
        "title": dict(exercise.title),
        "points": exercise.points,
        "mode": exercise.mode,
        "files": list(exercise.files),
        "runtime": exercise.runtime,
        "needs": exercise.needs.model_dump(),
        "limits": dataclasses.asdict(exercise.limits),
        "sizes": dict(exercise.sizes),
        "forbid": list(exercise.forbid),
        "tests": tests | by_hand,
    }
    if exercise.predictions is not None:
        settings["predictions"] = exercise.predictions.model_dump(mode="json", exclude_none=True)
    return settings


def behind(exercise: Exercise, solution: Mapping[str, str], around: str) -> dict[str, str] | None:
    """A submission that puts ``around`` (an expression) at each door of the solution; None for several files."""
    if len(exercise.files) != 1 or exercise.mode != "module":
        return None
    name = exercise.files[0]
    shim = f"from graders.strength import comparing, doors, lookup, recording, rounding\n\ngradus_around = {around}\n"
    shim += "globals().update(doors.behind_doors('solution.py', gradus_around))\n"
    return {name: shim, "solution.py": solution[name]}
