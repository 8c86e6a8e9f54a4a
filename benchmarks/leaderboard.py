"""What a leaderboard costs with many teams and entries: queries and server time of its pages, cached and not.

    var/venv/bin/python -m benchmarks.leaderboard [TEAMS] [ENTRIES]      10000 1000000 by default; some minutes

Builds one competition by bulk insert and reads the board as a browser does: the first page, one in the middle, the
last, each by a player whose own place is elsewhere, and by somebody who has not signed in, after a change of the
boards (nothing is cached) and again.
Beside the median of the time stands that of the processor's time, which a busy machine hardly stretches. It fails if
a page of the board needs more than 16 queries, or its median reaches 50 ms. What else a player waits for is measured
beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys

from django.conf import settings

from benchmarks._measuring import say_where
from benchmarks.own_database import own_database

ALLOWED_MS = 50.0
ALLOWED_QUERIES = 16


def measure_here(teams: int, entries: int) -> None:
    with own_database():
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        from benchmarks.leaderboard_site import Site  # noqa: PLC0415  # models exist only once Django is set up

        site = Site(teams=teams, entries=entries)
        print(f"built in {site.seconds:.0f} s", file=sys.stderr)
        print(json.dumps(site.measure()))


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        measure_here(int(sys.argv[2]), int(sys.argv[3]))
        return 0
    given = [int(number) for number in sys.argv[1:3]]
    teams, entries = given if len(given) == 2 else (10_000, 1_000_000)
    say_where(f"leaderboard of {teams:,} teams and {entries:,} entries")
    command = [sys.executable, "-m", "benchmarks.leaderboard", "--one", str(teams), str(entries)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(f"{'':<46}{'queries':>10}{'median ms':>12}{'processor ms':>14}")
    for name, (queries, ms, processor) in found.items():
        print(f"{name:<46}{queries:>10}{ms:>12.1f}{processor:>14.1f}")
    boards = [measured for name, measured in found.items() if "page" in name]
    return 1 if any(queries > ALLOWED_QUERIES or ms >= ALLOWED_MS for queries, ms, _processor in boards) else 0


if __name__ == "__main__":
    sys.exit(main())
