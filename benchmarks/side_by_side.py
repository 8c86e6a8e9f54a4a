"""One submission through the engine, beside other ways to run the same six tests, in turns in one run.

    var/venv/bin/python -m benchmarks.side_by_side [ROUNDS] [--tools warm pytest nbgrader otter]

Each round grades the same correct submission once with each tool, one thread each, loading included; what is compared
is the pairs' ratio, so that whatever else the machine does meets both sides. ``warm`` calls the tests in one process
that has imported everything before and isolates nothing: the floor. The other tools run as their users start them:
``pytest`` cold, ``nbgrader autograde`` for one student, ``otter run`` for one file.
"""

from __future__ import annotations

import argparse
import inspect
import statistics
import sys
import tempfile
import time
import types
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import torch

from benchmarks._measuring import FOLDER, grade, say_where, solution, spread
from benchmarks.peers.running import Nbgrader, Otter, Pytest
from graders.engine import Engine
from graders.exercise import Exercise

TOOLS = ("warm", "pytest", "nbgrader", "otter")
_PAUSE = 0.3  #: seconds after ours, until students stand ready again


def warm() -> None:
    """Load the submission and call every test on it, in this process."""
    submission, tests = types.ModuleType("submission"), types.ModuleType("tests")
    exec(compile(solution()["submission.py"], "submission.py", "exec"), vars(submission))
    exec(compile((FOLDER / "test_hidden.py").read_text("utf-8"), "test_hidden.py", "exec"), vars(tests))
    for name, test in inspect.getmembers(tests, inspect.isfunction):
        if name.startswith("test_"):
            torch.manual_seed(0)
            test(submission)


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(rounds: int, tools: list[str]) -> dict[str, list[float]]:
    """Seconds of each tool in each round; ``ours`` among them."""
    exercise, files = Exercise.load(FOLDER), solution()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradus-bench-")))
        engine = Engine()
        stack.callback(engine.close)
        peers: dict[str, type[Pytest | Nbgrader | Otter]] = {"pytest": Pytest, "nbgrader": Nbgrader, "otter": Otter}
        work: dict[str, Callable[[], object]] = {"ours": lambda: grade(engine, exercise, files)}
        work |= {name: warm if name == "warm" else peers[name](folder / name).grade for name in tools}
        found: dict[str, list[float]] = {name: [] for name in work}
        for number in range(-3 if rounds > 10 else -1, rounds):
            for name, function in work.items():
                if number < -1 and name not in ("ours", "warm"):
                    continue
                taken = seconds(function)
                time.sleep(_PAUSE if name == "ours" else 0)
                if number >= 0:
                    found[name].append(taken)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=60)
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    say_where(f"side by side, {options.rounds} rounds")
    found = measure(options.rounds, options.tools)
    print(f"  {'':<10} {'ms: median (5 % to 95 %)':<34} ratio, median of pairs")
    for name, taken in found.items():
        pairs = list(zip(found["ours"], taken, strict=True))
        ratio = statistics.median(ours / theirs if name == "warm" else theirs / ours for ours, theirs in pairs)
        says = {"ours": "", "warm": f"ours takes {ratio:.2f} x the floor"}.get(name, f"ours is {ratio:.1f} x faster")
        print(f"  {name:<10} {spread([1000 * each for each in taken], 1):<34} {says}")
    say_where("at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
