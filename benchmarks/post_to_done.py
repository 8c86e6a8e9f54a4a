"""From POST to `done`: how long a student waits for the grade of the attention exercise on an idle platform.

    make bench        or        var/venv/bin/python -m benchmarks.post_to_done [ROUNDS]

Starts a platform of its own, submits the reference solution ROUNDS times (20), one after another, and asks for the
result every 10 ms, as an impatient script would.
"""

from __future__ import annotations

import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.exercise import Exercise
from tests.e2e.client import Client
from tests.e2e.conftest import ROOT, free_port, wait_until_ready

COURSE = "large-models"
EXERCISE = ROOT / "content" / COURSE / "08-attention" / "exercises" / "attention"


@contextmanager
def own_platform() -> Iterator[Client]:
    """A platform that nobody else uses, and a learner in it."""
    with tempfile.TemporaryDirectory() as folder:
        var, port = Path(folder), free_port()
        env = {**os.environ, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(var)}
        with (var / "terminal").open("wb") as terminal:
            demo = subprocess.Popen(
                [sys.executable, "manage.py", "runlocal", "--port", str(port)], cwd=ROOT, env=env, stdout=terminal
            )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", demo, var / "terminal")
            token = subprocess.run(
                [sys.executable, "manage.py", "create_token", "bench", "--create"],
                cwd=ROOT,
                env=env,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            yield Client(f"http://127.0.0.1:{port}", token)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait()


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    exercise = Exercise.load(EXERCISE)
    waited = []
    with own_platform() as client:
        client.enroll(COURSE)
        client.grade(COURSE, exercise.slug, exercise.solution_files())  # collects the tests, once per exercise
        for _ in range(rounds):
            time.sleep(0.5)  # a person between two submissions; the next students get ready
            started = time.monotonic()
            result = client.result(client.post(COURSE, exercise.slug, exercise.solution_files()), pause=0.01)
            waited.append(time.monotonic() - started)
            if result["outcome"] != "graded" or result["score"] != result["max_score"]:
                print(f"the reference solution did not get full marks: {result}")
                return 1
    waited.sort()
    median, late = statistics.median(waited), waited[int(rounds * 0.9)]
    print(f"post to done, {exercise.slug}, {rounds} rounds, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"  median {median:.3f} s   90 % {late:.3f} s   worst {waited[-1]:.3f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
