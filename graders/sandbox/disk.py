"""The disk of a sandbox that has no file system of its own: counted from the outside, since nothing else limits it.

On the landlock rung a student writes into a folder of the machine's. RLIMIT_FSIZE bounds each file, not their sum. The
files are counted by walking the folder; those that are open but have no name any more show as room that the file system
has lost while the student's processes wrote as much (proc(5), /proc/PID/io).
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator

MAX_FILES = 10_000  #: as many as the private file system of the namespaces rung has
_LOOK_SECONDS = 0.25
_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class DiskWatch:
    """Looks now and then whether a sandbox is over its disk limit."""

    def __init__(self, home: str, limit: int, *, own: int) -> None:
        """``own``: /proc/self/io, opened while this process was dumpable: later an ordinary user may not open it."""
        self._home, self._limit, self._own = home, limit, own
        self._next = 0.0
        self._free = _free_bytes(home)

    def over(self, descendants: Callable[[int], Iterable[int]]) -> bool:
        """Whether more is used than allowed; looks at most four times a second.

        Args:
            descendants: the processes below a pid; asked only where the file system has lost room.
        """
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + _LOOK_SECONDS
        try:
            if _holds_more(self._home, self._limit):
                return True
            lost = self._free - _free_bytes(self._home)
            if lost <= self._limit:
                return False
            ours = _bytes_in(os.pread(self._own, 1024, 0).decode())  # of children, too, that have been waited for
            return ours + _written(descendants(os.getpid())) > self._limit
        except OSError:  # nested deeper than a path may be, or closed to us: no honest folder is
            return True


def _free_bytes(home: str) -> int:
    disk = os.statvfs(home)
    return disk.f_bfree * disk.f_frsize


def _holds_more(home: str, limit: int) -> bool:
    """Walk without recursion and without following links; stop as soon as it is too much.

    Raises:
        OSError: a folder cannot be read, or lies deeper than a path may be.
    """
    used = files = 0
    folders = [home]
    while folders:
        for entry, status in _entries(folders.pop()):
            files += 1
            used += 512 * status.st_blocks
            if used > limit or files > MAX_FILES:
                return True
            if stat.S_ISDIR(status.st_mode):
                folders.append(entry)
    return False


def _entries(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """What lies in a folder; what vanishes while we look does not count."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        descriptor = os.open(folder, _FLAGS)
        try:
            for name in os.listdir(descriptor):  # noqa: PTH208 -- by descriptor
                with contextlib.suppress(FileNotFoundError):
                    yield f"{folder}/{name}", os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        finally:
            os.close(descriptor)


def _written(pids: Iterable[int]) -> float:
    """What these processes, and their children that have been waited for, wrote in all.

    Who closes /proc/PID/io to us has something to hide: that is infinitely much.
    """
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            try:
                with open(f"/proc/{pid}/io", encoding="ascii") as file:  # noqa: PTH123 -- hot and small
                    total += _bytes_in(file.read())
            except PermissionError:
                return float("inf")
    return total


def _bytes_in(text: str) -> int:
    numbers = dict(line.split(": ") for line in text.splitlines())
    return max(int(numbers["wchar"]), int(numbers["write_bytes"]))
