"""What isolation costs: one submission through the engine against the same tests called in one warm process.

    make bench        or        var/venv/bin/python -m benchmarks.engine_floor [PAIRS]

Both sides in one run, in turns, one thread each, loading included; the medians of the pairs' ratios (60 pairs).
The floor has no isolation at all: the tests and the submission share one process that imported everything before.
"""

from __future__ import annotations

import inspect
import os
import platform
import statistics
import sys
import time
import types
from pathlib import Path

import torch

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome

FOLDER = Path(__file__).parent / "exercise"


def floor(source: str, test_source: str) -> float:
    """Seconds to load the submission and call every test on it, in this process."""
    begun = time.perf_counter()
    submission, tests = types.ModuleType("submission"), types.ModuleType("tests")
    exec(compile(source, "submission.py", "exec"), vars(submission))
    exec(compile(test_source, "test_hidden.py", "exec"), vars(tests))
    for name, test in inspect.getmembers(tests, inspect.isfunction):
        if name.startswith("test_"):
            torch.manual_seed(0)
            test(submission)
    return time.perf_counter() - begun


def ours(engine: Engine, exercise: Exercise, source: str) -> float:
    begun = time.perf_counter()
    report = engine.grade(exercise, {"submission.py": source})
    seconds = time.perf_counter() - begun
    assert report.outcome is Outcome.GRADED and report.score == report.max_score, report
    return seconds


def main(pairs: int) -> int:
    torch.set_num_threads(1)
    exercise = Exercise.load(FOLDER)
    source, test_source = (FOLDER / "solution.py").read_text(), exercise.hidden_test()
    engine = Engine()
    try:
        for _ in range(3):
            floor(source, test_source)
            ours(engine, exercise, source)
            time.sleep(0.5)
        rows = []
        for _ in range(pairs):
            rows.append((ours(engine, exercise, source), floor(source, test_source)))
            time.sleep(0.3)  # until students stand ready again
    finally:
        engine.close()
    ratios = [mine / bare for mine, bare in rows]
    print(f"{pairs} pairs; load {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores; {platform.machine()}")
    print(f"engine, full isolation  {statistics.median(row[0] for row in rows) * 1000:7.1f} ms (median)")
    print(f"warm process, none      {statistics.median(row[1] for row in rows) * 1000:7.1f} ms (median)")
    print(
        f"ratio, median of pairs  {statistics.median(ratios):7.2f}  (best {min(ratios):.2f}, worst {max(ratios):.2f})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
