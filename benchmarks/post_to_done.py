"""From POST to `done`: how long a student waits for the grade of the attention exercise on an idle platform.

    make bench        or        var/venv/bin/python -m benchmarks.post_to_done [ROUNDS] [--class N] [--exercise DIR]

Starts a platform of its own, submits the reference solution ROUNDS times (20), one after another, and asks for the
result every 10 ms, as an impatient script would. Then a class of N (100) hands in at once, each once, and follows the
live events as their pages would. With ``--exercise`` another exercise, published in a course of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measuring import say_where, spread
from graders.exercise import Exercise
from tests.e2e.client import Client
from tests.e2e.conftest import ROOT, free_port, wait_until_ready

COURSE = "large-models"
EXERCISE = ROOT / "content" / COURSE / "08-attention" / "exercises" / "attention"

#: A course around an exercise that is in none.
OWN = "measured"
TITLES = "{en: Measured, zh-hans: 测量}"
COURSE_YAML = f"title: {TITLES}\nsummary: {TITLES}\nlanguages: [en, zh-hans]\nlicence: CC-BY-4.0\n"
CHAPTER = """---
title: Measured
summary: One exercise.
minutes: 5
---

## One exercise

```{exercise} %s
```
"""


def course_around(exercise: Path, folder: Path) -> Path:
    """A course of one chapter with ``exercise`` in it, which may lack what only people need."""
    course = folder / OWN
    chapter = course / "01-measured"
    inside = chapter / "exercises" / exercise.name
    shutil.copytree(exercise, inside)
    (course / "course.yaml").write_text(COURSE_YAML)
    if not (inside / "test_visible.py").exists():
        (inside / "test_visible.py").write_text("def test_it_loads(student):\n    assert student\n")
    for language in ("en", "zh-hans"):
        (chapter / f"chapter.{language}.md").write_text(CHAPTER % exercise.name)
        (inside / f"statement.{language}.md").write_text("Measured.\n")
    return course


@dataclass(frozen=True, kw_only=True)
class OwnPlatform:
    """A platform that nobody else uses, a learner in it, and a class."""

    client: Client
    students: list[Client]
    env: dict[str, str]

    def shell(self, code: str) -> str:
        """What ``code`` prints inside the platform."""
        return manage(self.env, "shell", "-c", code)


def manage(env: dict[str, str], *command: str) -> str:
    made = [sys.executable, "manage.py", *command]
    return subprocess.run(made, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


@contextmanager
def own_platform(students: int, *, exercise: Path | None = None) -> Iterator[OwnPlatform]:
    """Start one, and end it.

    Args:
        exercise: publish it in a course of its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        var, port = Path(folder), free_port()
        env = {**os.environ, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(var)}
        address = f"http://127.0.0.1:{port}"
        with (var / "terminal").open("wb") as terminal:
            demo = subprocess.Popen(
                [sys.executable, "manage.py", "runlocal", "--port", str(port)], cwd=ROOT, env=env, stdout=terminal
            )
        try:
            wait_until_ready(address, demo, var / "terminal")
            if exercise is not None:
                manage(env, "publish", str(course_around(exercise, var)))
            told = manage(env, "shell", "-c", MAKE_TOKENS.format(students=students + 1))
            tokens = [line.split()[1] for line in told.splitlines() if line.startswith("token ")]
            client, *others = (Client(address, token) for token in tokens)
            yield OwnPlatform(client=client, students=others, env=env)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait()


MAKE_TOKENS = """
from courses.accounts.models import ApiToken, User
for number in range({students}):
    user, _ = User.objects.get_or_create(username=f"bench-{{number}}")
    print("token", ApiToken.objects.issue(user=user, name="bench")[1])
"""


def one_by_one(client: Client, course: str, exercise: Exercise, rounds: int) -> list[float]:
    """Seconds from POST to ``done`` of each."""
    client.grade(course, exercise.slug, exercise.solution_files())  # collects the tests, once per exercise
    waited = []
    for _ in range(rounds):
        time.sleep(0.5)  # a person between two submissions; the next students get ready
        started = time.monotonic()
        result = client.result(client.post(course, exercise.slug, exercise.solution_files()), pause=0.01)
        waited.append(time.monotonic() - started)
        assert result["outcome"] == "graded" and result["score"] == result["max_score"], result
    return waited


def at_once(students: list[Client], course: str, exercise: Exercise) -> float:
    """Submissions a second, from the first POST until the last is done."""
    with ThreadPoolExecutor(len(students)) as threads:
        started = time.monotonic()
        numbers = list(threads.map(lambda each: each.post(course, exercise.slug, exercise.solution_files()), students))
        pairs = zip(students, numbers, strict=True)
        results = list(threads.map(lambda pair: pair[0].follow(pair[1]), pairs))
        seconds = time.monotonic() - started
    assert all(result["score"] == result["max_score"] for result in results)
    return len(students) / seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("--class", type=int, default=100, dest="students")
    parser.add_argument("--exercise", type=Path, metavar="DIR")
    options = parser.parse_args()
    exercise, course = Exercise.load(options.exercise or EXERCISE), OWN if options.exercise else COURSE
    say_where(f"post to done, {exercise.slug}, {options.rounds} rounds, then a class of {options.students}")
    with own_platform(options.students, exercise=options.exercise) as platform:
        for each in (platform.client, *platform.students):
            each.enroll(course)
        print(f"  one by one: {spread(one_by_one(platform.client, course, exercise, options.rounds), 3)} s", flush=True)
        if platform.students:
            print(f"  {len(platform.students)} at once: {at_once(platform.students, course, exercise):.1f} a second")
    say_where("at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
