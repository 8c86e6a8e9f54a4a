"""A class hands in at once: submissions a second in the engine, with full isolation.

    var/venv/bin/python -m benchmarks.throughput [SUBMISSIONS] [--slots N]

SUBMISSIONS (100) of a small exercise wait for N slots (the CPUs). Nothing is made beforehand but what stands ready
anyway. The other column is the exercise with twenty training steps, whose own computing is most of its time.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks._measuring import FOLDER, SMALL, grade, say_where, solution
from graders.engine import Engine
from graders.exercise import Exercise


def rate(engine: Engine, folder: Path, submissions: int) -> float:
    """Submissions a second, from the first to the last report."""
    exercise, files = Exercise.load(folder), solution(folder)
    grade(engine, exercise, files)  # collects the tests
    time.sleep(1)
    with ThreadPoolExecutor(submissions) as students:
        begun = time.perf_counter()
        list(students.map(lambda _: grade(engine, exercise, files), range(submissions)))
        return submissions / (time.perf_counter() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("submissions", nargs="?", type=int, default=100)
    parser.add_argument("--slots", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    say_where(f"throughput, {options.submissions} submissions at once, {options.slots} slots")
    engine = Engine(slots=options.slots)
    try:
        for name, folder in (("small exercise", SMALL), ("attention, CNN, 20 steps", FOLDER)):
            print(f"  {name:<26} {rate(engine, folder, options.submissions):5.1f} submissions a second", flush=True)
    finally:
        engine.close()
    say_where("at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
