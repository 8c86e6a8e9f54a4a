"""Prove the exercises of the bundled courses: full marks for the solution, not for the starter or any listed mutant.

python scripts/check_content.py [FOLDER ...]      exercise folders; all of content/ where none is named
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def answers_of(exercise: Path) -> dict[Path, bool]:
    """The answers that lie in an exercise's folder, and whether each must get full marks."""
    answers: dict[Path, bool] = {}
    for name, full in (("solution", True), ("starter", False)):
        answers |= {path: full for path in (exercise / name, *exercise.glob(f"{name}.*")) if path.exists()}
    return answers | dict.fromkeys(sorted((exercise / "mutants").glob("*.py")), False)


def complaints(exercise: Path) -> Iterator[str]:
    """What is wrong with one exercise, one sentence each."""
    answers = answers_of(exercise)
    command = [sys.executable, "-m", "graders", "grade", "--json", str(exercise), *map(str, answers)]
    graded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    reports = [json.loads(line) for line in graded.stdout.splitlines()]
    if len(reports) != len(answers):
        yield graded.stderr.strip() or f"{len(answers)} answers, but {len(reports)} reports"
        return
    for (path, must_be_full), report in zip(answers.items(), reports, strict=True):
        full = report["outcome"] == "graded" and report["score"] == report["max_score"]
        got = f"{report['outcome']}, {report['score']:g} of {report['max_score']:g} points"
        if full != must_be_full:
            yield f"{path.relative_to(exercise)} must {'' if must_be_full else 'not '}get full marks, but got: {got}"
        elif report["outcome"] in ("exercise_error", "platform_error"):
            yield f"{path.relative_to(exercise)} shows a fault of ours: {got}"


def main() -> int:
    named = [Path(name).resolve() for name in sys.argv[1:]]
    exercises = named or sorted(path.parent for path in ROOT.glob("content/*/*/exercises/*/exercise.yaml"))
    failed = 0
    for exercise in exercises:
        found = list(complaints(exercise))
        failed += bool(found)
        print(f"{'FAILED' if found else 'proved'}  {exercise.name}: {len(answers_of(exercise))} answers", flush=True)
        for complaint in found:
            print(f"        {complaint}", flush=True)
    print(f"{len(exercises) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
