"""Whose turn it is to write to a SQLite file: one thread of one process at a time, and the next as soon as it is free.

SQLite has one writer, and whoever finds it busy sleeps and tries again, up to 100 ms later, while others that ask just
then go first (sqlite3_busy_timeout). When a class hands in at once, that kept the dispatcher out for seconds. The
kernel wakes who waits for a lock (flock(2)) at once and in the order of their coming.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections import defaultdict

#: Threads of this process wait here, so that only one of them at a time waits for other processes.
_of_this_process: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Turn:
    """One connection's place in the line of writers of ``path``. It is over when the process dies."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = _of_this_process[path]
        self._descriptor: int | None = None

    def take(self, *, seconds: float) -> None:
        """Wait for the turn.

        Raises:
            sqlite3.OperationalError: after ``seconds``, as SQLite itself would.
        """
        if not self._threads.acquire(timeout=seconds):
            raise sqlite3.OperationalError("database is locked")
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except BaseException:
            if self._descriptor is None:
                self._threads.release()
            self.end()
            raise

    def end(self) -> None:
        """Let the next one write. Does nothing where it is not our turn."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child that is just being made has the descriptor, too
            os.close(descriptor)
        finally:
            self._threads.release()
