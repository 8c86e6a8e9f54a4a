"""Whether pages and dispatch stay as quick as they are when submissions pile up: from a thousand to a million.

    var/venv/bin/python -m benchmarks.scale [SIZE...]          1000 1000000 by default; some 6 GB in TMPDIR meanwhile
    BENCH_POSTGRESQL=1 var/venv/bin/python -m benchmarks.scale [SIZE...]        on private PostgreSQL servers

Builds a site of each size: 20 exercises, a student for every 20 submissions, a cohort of 50, 50 jobs that wait and 8
that run. Then it prints, for what people and the dispatcher do most, the number of queries and the median time at each
size, and by which factor the time grew. The sizes are measured in turn, so that a machine that has other things to do
is as slow for one as for the other. It fails if a number of queries grew, or a time by more than 1.3 (and by more than
a millisecond).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.own_database import own_database
from tests import postgresql

ALLOWED = 1.3
NOISE_MS = 1.0
ROUNDS = 25


@dataclass
class Measured:
    """One site, in a process of its own: settings are read once in each."""

    process: subprocess.Popen[str]
    queries: dict[str, int]
    rounds: list[dict[str, float]] = field(default_factory=list)

    @classmethod
    def build(cls, size: int) -> Measured:
        command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return cls(process, {name: int(count) for name, count in _answer(process).items()})

    def measure(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.rounds.append(_answer(self.process))

    def milliseconds(self, name: str) -> float:
        return statistics.median(each[name] for each in self.rounds)


def _answer(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdout is not None
    answer: dict[str, float] = json.loads(process.stdout.readline())
    return answer


def measure_here(size: int) -> None:
    """Build a site; then measure everything once for each line of the standard input."""
    with ExitStack() as stack:
        if os.environ.get("BENCH_POSTGRESQL"):
            os.environ["BENCH_DATABASE_URL"] = stack.enter_context(postgresql.running()).url
        stack.enter_context(own_database())
        from benchmarks.scale_site import Site, milliseconds_of, queries_of  # noqa: PLC0415  # Django must be set up

        site = Site(size)
        print(f"{size:,} submissions: built in {site.seconds:.0f} s", file=sys.stderr)
        things = site.things()
        for _ in range(2):  # the first time everything is cold
            queries = {name: queries_of(work) for name, work in things.items()}
        print(json.dumps(queries), flush=True)
        for _line in sys.stdin:
            print(json.dumps({name: milliseconds_of(work) for name, work in things.items()}), flush=True)


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        measure_here(int(sys.argv[2]))
        return 0
    sizes = sorted(map(int, sys.argv[1:])) or [1_000, 1_000_000]
    found = {size: Measured.build(size) for size in sizes}
    for _ in range(ROUNDS):
        for measured in found.values():
            measured.measure()
    for measured in found.values():
        measured.process.communicate()
    return 1 if _print(found) else 0


def _print(found: dict[int, Measured]) -> bool:
    """The table; whether anything grew too much."""
    head = "".join(f"{f'{size:,}':>24}" for size in found)
    print(f"\n{'':<34}{head}{'grew by':>10}\n{'':<34}" + f"{'queries':>12}{'ms':>12}" * len(found))
    first, *_others, last = found.values()
    grew = False
    for name in first.queries:
        cells = "".join(f"{each.queries[name]:>12}{each.milliseconds(name):>12.2f}" for each in found.values())
        before, after = first.milliseconds(name), last.milliseconds(name)
        more = last.queries[name] > first.queries[name]
        bad = more or (after > ALLOWED * before and after > before + NOISE_MS)
        grew |= bad
        print(f"{name:<34}{cells}{after / before:>9.2f}x{'  <- too much' if bad else ''}")
    return grew


if __name__ == "__main__":
    sys.exit(main())
