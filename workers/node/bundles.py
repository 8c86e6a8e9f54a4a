"""Exercises as this node needs them: fetched by digest, verified, unpacked, kept within a limit."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

import redis

from graders.exercise import Exercise
from workers import keys
from workers.node.files import private_folder

MAX_BYTES = 64 * 1024 * 1024
#: For a bundle that was asked for: a slot that waits grades nothing. After that the try goes back to the queue at once,
#: to whoever is free, and the bundle is placed again before it is sent.
PATIENCE_SECONDS = 1.0
KEPT = 64  #: exercises in the cache; what was used longest ago goes first


class BundleMissing(Exception):
    """The bundle is not in Valkey: it has lost it since the order was sent."""


class BundleWrong(Exception):
    """What lies in Valkey under the bundle's digest is not it."""


class _Loading:
    """Held by whoever loads one bundle. It lives as long as somebody wants it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class BundleCache:
    """Bundles in a folder of this user alone, by digest. Each is loaded once, and nobody waits for that of another.

    The folder is emptied first: nobody knows how the last process ended, or what of its files has reached the disk.

    Args:
        ask: has the platform place a bundle that is not there; it is waited for a little.
    """

    def __init__(self, folder: Path, client: redis.Redis, *, ask: Callable[[str], None] = lambda _digest: None) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._folder = private_folder(folder)
        self._client = client
        self._ask = ask
        self._lock = threading.Lock()
        self._loaded: OrderedDict[str, Exercise] = OrderedDict()
        self._loading: WeakValueDictionary[str, _Loading] = WeakValueDictionary()

    def exercise(self, digest: str) -> Exercise:
        """The exercise of a bundle.

        Raises:
            BundleMissing: it is not there; with the next try it will be.
            BundleWrong: what is there is something else.
            ExerciseInvalid: it is no exercise that can be graded.
            redis.RedisError: Valkey is away.
        """
        with self._lock:
            loading = self._loading.setdefault(digest, _Loading())
        with loading.lock:
            exercise = self._known(digest)
            if exercise is None:
                exercise = Exercise.load(self._unpacked(digest))
                with self._lock:
                    self._loaded[digest] = exercise
                    self._shrink()
        return exercise

    def _known(self, digest: str) -> Exercise | None:
        with self._lock:
            if digest in self._loaded:
                self._loaded.move_to_end(digest)
            return self._loaded.get(digest)

    def _unpacked(self, digest: str) -> Path:
        folder = self._folder / digest
        if folder.is_dir():
            return folder
        content = self._fetch(digest)
        fresh = self._folder / f".{digest}.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        try:
            Exercise.unpack(content, fresh)
            fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return folder

    def _fetch(self, digest: str) -> bytes:
        key = keys.bundle(digest)
        size = self._size(key, digest)
        if size > MAX_BYTES:
            raise BundleWrong(f"bundle {digest} has {size} bytes in Valkey")
        content = self._client.get(key)
        if not isinstance(content, bytes):
            raise BundleMissing(f"bundle {digest} is not in Valkey")
        if hashlib.sha256(content).hexdigest() != digest:
            raise BundleWrong(f"what lies in Valkey as bundle {digest} is something else")
        return content

    def _size(self, key: str, digest: str) -> int:
        """The bundle's size in Valkey, which may have lost it since the order was sent: then it is asked for."""
        size: int = self._client.strlen(key)
        deadline = time.monotonic() + PATIENCE_SECONDS
        if not size:
            self._ask(digest)
        while not size and time.monotonic() < deadline:
            time.sleep(0.1)
            size = self._client.strlen(key)
        return size

    def _shrink(self) -> None:
        """Forget what is over the limit; a submission that is being graded holds its exercise's files by then."""
        while len(self._loaded) > KEPT:
            digest, _ = self._loaded.popitem(last=False)
            shutil.rmtree(self._folder / digest, ignore_errors=True)
