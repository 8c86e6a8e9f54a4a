"""The tries that this worker has: which are alive, and which it must not start or go on with."""

from __future__ import annotations

import threading
from collections import OrderedDict
from enum import StrEnum

REMEMBERED = 4096


class Begin(StrEnum):
    """What becomes of an order."""

    START = "start"
    UNWANTED = "unwanted"  #: it was cancelled before it came, or this worker is leaving
    TWICE = "twice"  #: it was begun before


class Tries:
    """Thread-safe. A token is begun at most once, so an order that arrives twice is graded once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._alive: set[str] = set()
        self._begun: OrderedDict[str, None] = OrderedDict()
        self._unwanted: OrderedDict[str, None] = OrderedDict()
        self._closed = False

    def begin(self, token: str) -> Begin:
        with self._lock:
            if token in self._begun:
                return Begin.TWICE
            _remember(self._begun, token)
            if self._closed or token in self._unwanted:
                return Begin.UNWANTED
            self._alive.add(token)
            return Begin.START

    def end(self, token: str) -> None:
        with self._lock:
            self._alive.discard(token)

    def refuse(self, token: str) -> bool:
        """Never start ``token``; whether it is alive now and has to be ended."""
        with self._lock:
            _remember(self._unwanted, token)
            return token in self._alive

    def close(self) -> None:
        """Start nothing more."""
        with self._lock:
            self._closed = True

    def alive(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(sorted(self._alive))


def _remember(tokens: OrderedDict[str, None], token: str) -> None:
    tokens[token] = None
    while len(tokens) > REMEMBERED:
        tokens.popitem(last=False)
