"""What one submission costs in memory: the private pages (USS) of its student, the student's init and its examiner.

    var/venv/bin/python -m benchmarks.memory [ROUNDS]

Zygotes, templates and students that wait are not counted: they are there once, however many submissions come. Looked at
whenever a test has ended, while the examiner waits for a word; the largest sum of each submission counts.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measuring import FOLDER, say_where, solution
from graders.engine import Engine
from graders.exercise import Exercise


@dataclass(frozen=True, kw_only=True)
class Process:
    parent: int
    ticks: int  #: processor time


def processes() -> dict[int, Process]:
    """All descendants of this process."""
    found: dict[int, Process] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue
            found[int(entry.name)] = Process(parent=int(fields[1]), ticks=int(fields[11]) + int(fields[12]))
    ours = {int(Path("/proc/self").readlink().name)}
    while more := {pid for pid, process in found.items() if process.parent in ours} - ours:
        ours |= more
    return {pid: process for pid, process in found.items() if pid in ours}


def uss(pid: int) -> float:
    """Private pages, in MB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024


def depth(found: Mapping[int, Process], pid: int) -> int:
    """How many of its ancestors are among ``found``."""
    parent = found[pid].parent
    return 1 + depth(found, parent) if parent in found else 0


class Watcher:
    """Finds the processes of the running submission and keeps their largest sum."""

    def __init__(self, before: Mapping[int, Process]) -> None:
        self._before = before
        self.most: dict[str, float] = {}

    def look(self, event: Mapping[str, object]) -> None:
        if event.get("kind") != "test":
            return
        now = processes()
        worked = {pid: now[pid].ticks - old.ticks for pid, old in self._before.items() if pid in now}
        parents = {process.parent for process in now.values()}
        leaves = [pid for pid in worked if pid not in parents]
        deepest = max(depth(now, pid) for pid in leaves)  # an examiner is a template's child, a student its init's
        examiner = max((pid for pid in leaves if depth(now, pid) == deepest), key=lambda pid: worked[pid])
        student = max((pid for pid in leaves if depth(now, pid) < deepest), key=lambda pid: worked[pid])
        parts = {"student": uss(student), "init": uss(now[student].parent), "examiner": uss(examiner)}
        if sum(parts.values()) > sum(self.most.values()):
            self.most = parts


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    say_where(f"memory, {rounds} submissions of attention, CNN and 20 training steps")
    exercise, files = Exercise.load(FOLDER), solution()
    engine, found = Engine(), []
    try:
        engine.grade(exercise, files)
        for _ in range(rounds):
            time.sleep(1)  # until students stand ready
            watcher = Watcher(processes())
            engine.grade(exercise, files, on_event=watcher.look)
            found.append(watcher.most)
    finally:
        engine.close()
    for part in ("student", "init", "examiner"):
        print(f"  {part:<10} {statistics.median(most[part] for most in found):5.1f} MB")
    sums = [sum(most.values()) for most in found]
    print(f"  {'all':<10} {statistics.median(sums):5.1f} MB (most {max(sums):.1f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
