"""Whether pages and dispatch stay as quick as they are when submissions pile up: from a thousand to a million.

    var/venv/bin/python -m benchmarks.scale [SIZE...]          1000 1000000 by default; a quarter of an hour on 2 cores
    BENCH_DATABASE_URL=postgres://… var/venv/bin/python -m benchmarks.scale        on a PostgreSQL of yours, emptied

Builds a site of each size by bulk insert: 20 exercises, a student for every 20 submissions, a cohort of 100, 50 jobs
that wait and 8 that run. Then it prints, for what people and the dispatcher do most, the number of queries and the
median time at each size, and by which factor the time grew. It fails if a number of queries grew, or a time by more
than 1.3 (and by more than a millisecond).
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.own_database import own_database

ALLOWED = 1.3
NOISE_MS = 1.0

Found = dict[str, tuple[int, float]]


def measured(size: int) -> Found:
    """Build a site and measure it, in a process of its own: settings are read once in each."""
    command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: (queries, ms) for name, (queries, ms) in json.loads(output).items()}


def measure_here(size: int) -> None:
    with own_database():
        from benchmarks.scale_site import Site  # noqa: PLC0415  # models exist only once Django is set up

        site = Site(size)
        print(f"{size:,} submissions: built in {site.seconds:.0f} s", file=sys.stderr)
        print(json.dumps(site.measure()))


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        measure_here(int(sys.argv[2]))
        return 0
    sizes = sorted(map(int, sys.argv[1:])) or [1_000, 1_000_000]
    found = {size: measured(size) for size in sizes}
    head = "".join(f"{f'{size:,}':>24}" for size in sizes)
    print(f"\n{'':<34}{head}{'grew by':>10}\n{'':<34}" + f"{'queries':>12}{'ms':>12}" * len(sizes))
    grew = False
    for name, (queries, before) in found[sizes[0]].items():
        cells = "".join(f"{found[size][name][0]:>12}{found[size][name][1]:>12.2f}" for size in sizes)
        more, after = found[sizes[-1]][name]
        bad = more > queries or (after > ALLOWED * before and after > before + NOISE_MS)
        grew |= bad
        print(f"{name:<34}{cells}{after / before:>9.2f}x{'  <- too much' if bad else ''}")
    return 1 if grew else 0


if __name__ == "__main__":
    sys.exit(main())
