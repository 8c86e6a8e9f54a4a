"""What an engine and its submissions hold on to: looked at before and after an attack, once the dust has settled."""

from __future__ import annotations

import os
import resource
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

#: Name of a count -> how much it may grow by one attack: students are made ready and thrown away in the background.
_SLACK = {"descriptors": 24, "threads": 4, "groups": 4, "homes": 4, "processes": 12, "memory_mb": 64}
_SECONDS = 8.0


def look() -> dict[str, int]:
    """Counts of this process, of its control groups and of who is in them, and of the folders of students.

    Nobody leaves a control group, so whoever survives is counted there. Folders cannot be told from those of another
    engine, so they are counted where there is none: in CI.
    """
    groups = [path for path in _groups() if path.name.startswith(f"gradus-{os.getpid()}-")]
    homes = Path(tempfile.gettempdir()).glob("gradus-box-*") if os.environ.get("CI") else iter(())
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "groups": len(groups),
        "homes": len(list(homes)),
        "processes": sum(map(_population, groups)),
    }


def kept_by_the_kernel() -> set[str]:
    """What outlives its makers: System V IPC, and the abstract names that are bound."""
    found = set()
    for kind in ("shm", "msg", "sem"):
        lines = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
        found |= {f"{kind} {' '.join(line.split()[:2])}" for line in lines}
    names = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return found | {parts[7] for parts in names if len(parts) > 7 and parts[7].startswith("@pwned")}


def grown(before: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Which counts stay above what they were, after a few seconds of grace."""
    deadline = time.monotonic() + _SECONDS
    while True:
        now = look()
        more = {name: (before[name], now[name]) for name, slack in _SLACK.items() if now[name] > before[name] + slack}
        if not more or time.monotonic() > deadline:
            return more
        time.sleep(0.1)


def _groups() -> list[Path]:
    own = {line.split(":", 2)[2] for line in Path("/proc/self/cgroup").read_text().splitlines()}
    tops = {Path("/sys/fs/cgroup", kind, place.lstrip("/")) for kind in ("pids", "") for place in own}
    return [path for top in tops | {top.parent for top in tops} for path in top.glob("gradus-*-*")]


def _population(group: Path) -> int:
    try:
        return len((group / "cgroup.procs").read_text().split())
    except OSError:  # it has just been removed
        return 0
