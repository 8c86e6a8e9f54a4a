"""How many of a class start within the interval that the platform told them as they handed in.

    var/venv/bin/python -m benchmarks.class_intervals [--class N] [--seconds S] [--bursts B] [--exercise DIR]

Starts a platform of its own, on which N (200) students hand in the attention exercise over HTTP, one each, within S (5)
seconds; B (3) times, so that the first burst meets a platform that has graded nothing. The interval is the one in the
reply to the POST. For each burst: how many of those who had to wait started within it, sooner and later, how many
intervals were wider than the wait of who started within, and between what parts of the middle of their interval eight
of ten started. Everything runs on this machine's cores, the class, too.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks._measuring import say_where
from benchmarks.post_to_done import COURSE, EXERCISE, OWN, own_platform
from benchmarks.start_intervals import FINEST
from graders.exercise import Exercise
from tests.e2e.client import Client

WHEN_SENT = """
from courses.exercises.models import Submission
for number, sent in Submission.objects.filter(job__sent__isnull=False).values_list("pk", "job__sent"):
    print("sent", number, sent.isoformat())
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one student was told: when, and from when to when the submission would start; nothing if it had started."""

    submission: int
    at: datetime
    earliest: datetime | None
    latest: datetime | None


def hand_in(client: Client, course: str, exercise: Exercise, *, after: float) -> Told:
    time.sleep(after)
    path = f"/courses/{course}/exercises/{exercise.slug}/submissions"
    status, body = client.request("POST", path, {"files": exercise.solution_files()})
    assert status == 201, (status, body)
    interval = body["estimated_start"] or "/"
    earliest, latest = (datetime.fromisoformat(end) if end else None for end in interval.split("/"))
    at = datetime.fromisoformat(body["created"])
    return Told(submission=body["id"], at=at, earliest=earliest, latest=latest)


def burst(students: list[Client], course: str, exercise: Exercise, *, seconds: float) -> list[Told]:
    """Hand in, one each, in equal distances; then wait until all are done."""
    distance = seconds / len(students)
    with ThreadPoolExecutor(len(students)) as threads:
        waiting = [
            threads.submit(hand_in, each, course, exercise, after=number * distance)
            for number, each in enumerate(students)
        ]
        told = [each.result() for each in waiting]
    for student, each in zip(students, told, strict=True):
        student.result(each.submission, pause=0.5)
    return told


def say(told: list[Told], sent: dict[int, datetime]) -> None:
    within = sooner = later = wide = 0
    parts = []
    for each in told:
        if each.earliest is None or each.latest is None:
            continue
        start, wait = sent[each.submission], (sent[each.submission] - each.at).total_seconds()
        width = (each.latest - each.earliest).total_seconds()
        sooner += start < each.earliest
        later += start > each.latest
        if each.earliest <= start <= each.latest:
            within += 1
            wide += wait > FINEST and width > wait
        middle = each.earliest + (each.latest - each.earliest) / 2
        parts.append((start - each.at) / max(middle - each.at, (middle - each.at).resolution))
    parts.sort()
    waited = within + sooner + later
    low, high = (parts[int(part * (len(parts) - 1))] for part in (0.1, 0.9))
    print(
        f"  {waited} of {len(told)} were told an interval; {within} started within ({100 * within / waited:.0f} %), "
        f"{sooner} sooner, {later} later; {wide} too wide; eight of ten at {low:.2f} to {high:.2f} of its middle",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", type=int, default=200, dest="students")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--bursts", type=int, default=3)
    parser.add_argument("--exercise", type=Path, metavar="DIR")
    options = parser.parse_args()
    exercise, course = Exercise.load(options.exercise or EXERCISE), OWN if options.exercise else COURSE
    say_where(f"a class of {options.students} in {options.seconds:g} s, {exercise.slug}")
    with own_platform(options.students, exercise=options.exercise) as platform:
        for each in platform.students:
            each.enroll(course)
        for _ in range(options.bursts):
            told = burst(platform.students, course, exercise, seconds=options.seconds)
            rows = (line.split() for line in platform.shell(WHEN_SENT).splitlines() if line.startswith("sent "))
            say(told, {int(number): datetime.fromisoformat(sent) for _sent, number, sent in rows})
    return 0


if __name__ == "__main__":
    sys.exit(main())
