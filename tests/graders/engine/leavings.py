"""What an engine leaves in its process: counted before and after, in a process that does nothing else.

``python -m tests.graders.engine.leavings`` prints two lines of JSON.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from graders.engine import Engine
from graders.exercise import Exercise

DOUBLE = Path(__file__).parent / "exercises" / "double"


def zygotes() -> list[int]:
    """The zygotes of this process."""
    folders = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    ours = [folder for folder in folders if _parent(folder) == os.getpid() and b"zygote.main()" in _cmdline(folder)]
    return sorted(int(folder.name) for folder in ours)


def children(pids: list[int]) -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit() and _parent(folder) in pids]


def count() -> dict[str, object]:
    groups = Path("/sys/fs/cgroup/pids")
    mine = f"gradus-{os.getpid()}-"
    return {
        "processes": zygotes(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "groups": [path.name for path in groups.iterdir() if path.name.startswith(mine)] if groups.is_dir() else [],
    }


def _cmdline(folder: Path) -> bytes:
    try:
        return (folder / "cmdline").read_bytes()
    except OSError:
        return b""


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):  # it ended meanwhile
        return 0


if __name__ == "__main__":
    exercise = Exercise.load(DOUBLE)
    print(json.dumps(count()))
    engine = Engine(rung="namespaces")
    for _ in range(3):
        engine.grade(exercise, exercise.solution_files())
    engine.close()
    print(json.dumps(count()))
