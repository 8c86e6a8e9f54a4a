"""How long authors wait who have changed one word of the bundled course.

    var/venv/bin/python -m benchmarks.publishing [ROUNDS]      5 rounds by default; about a minute

On the command line: ``manage.py publish`` from the start of the process to its end. In the studio: the requests that
save the file, make a release of it and publish it, together, in a process that runs already. Each round changes another
word. Beside the time by the clock stands that of the processor, which a busy machine does not stretch. It fails where
the median by the clock reaches five seconds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.test import Client

from benchmarks._measuring import ROOT, say_where, spread
from benchmarks.own_database import own_database

ALLOWED_SECONDS = 5.0
CHAPTER = "08-attention/chapter.en.md"


def on_the_command_line(folder: Path, number: int) -> None:
    path = folder / CHAPTER
    path.write_text(path.read_text("utf-8") + f"\nWord {number}.\n", "utf-8")
    subprocess.run(
        [sys.executable, "manage.py", "publish", str(folder)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def in_the_studio(client: Client, number: int) -> None:
    edit = f"/studio/large-models/edit/{CHAPTER}"
    page = client.get(edit).context
    saved = client.post(edit, {"text": f"{page['text']}\nStudio {number}.\n", "over": page["over"]})
    release = client.post("/studio/large-models/files/prepare/")
    published = client.post(f"{release.headers['Location']}publish/")
    assert [saved.status_code, release.status_code, published.status_code] == [302, 302, 302]


def measured(once: Callable[[int], None], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds by the clock and of the processor, of each round."""
    clock, processor = [], []
    for number in range(rounds):
        began, used = time.perf_counter(), _processor()
        once(number)
        clock.append(time.perf_counter() - began)
        processor.append(_processor() - used)
    return clock, processor


def _processor() -> float:
    """What this process and those that it has started have used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    say_where(f"the bundled course, published again with one word changed, {rounds} rounds")
    with own_database() as scratch:
        from django.contrib.auth import get_user_model  # noqa: PLC0415  # models exist only once Django is set up

        folder = Path(shutil.copytree(ROOT / "content" / "large-models", scratch / "large-models"))
        call_command("publish", str(folder), verbosity=0)
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("admin", password=None))
        in_the_studio(client, -1)  # what a process does once
        print(f"{'':<20}{'seconds':>24}{'of the processor':>24}")
        worst = 0.0
        for name, once in (
            ("command line", lambda number: on_the_command_line(folder, number)),
            ("studio", lambda number: in_the_studio(client, number)),
        ):
            clock, processor = measured(once, rounds)
            worst = max(worst, statistics.median(clock))
            print(f"{name:<20}{spread(clock):>24}{spread(processor):>24}", flush=True)
    say_where("done")
    return 1 if worst >= ALLOWED_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
