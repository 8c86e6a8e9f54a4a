"""What the benchmarks share: the exercise, what is said of the machine, medians."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

import torch

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome

ROOT = Path(__file__).resolve().parent.parent
#: Attention, a small CNN and twenty training steps, with six tests.
FOLDER = Path(__file__).resolve().parent / "exercise"
#: Three small functions, with six tests: what a class hands in by the hundred.
SMALL = Path(__file__).resolve().parent / "small"


def solution(folder: Path = FOLDER) -> dict[str, str]:
    return {"submission.py": (folder / "solution.py").read_text("utf-8")}


def grade(engine: Engine, exercise: Exercise, files: dict[str, str]) -> None:
    """Grade what must get full marks."""
    report = engine.grade(exercise, files)
    assert report.outcome is Outcome.GRADED and report.score == report.max_score, report


def say_where(what: str) -> None:
    """The machine and how busy it is: load is processes that want to run, of any program."""
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    print(f"{what}; {os.cpu_count()} cores, {platform.machine()}, {versions}, load {load}", flush=True)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, and between which values nine of ten lie."""
    ordered = sorted(values)
    low, high = ordered[int(0.05 * len(ordered))], ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)]
    return f"{statistics.median(ordered):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
