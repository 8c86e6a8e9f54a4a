"""Live events of a try: bounded in rate and size, coalesced. Losing one never changes a grade."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from workers.messages import Event, LiveEvent, MessageInvalid, MetricEvent, OutputEvent, ProgressEvent, parse_live_event

RATE = 50.0  #: events a second, and how many may come at once
MAX_BYTES = 1024 * 1024
MAX_TEXT = 16 * 1024
MAX_PENDING = 200  #: with more, numbers are thinned out
PAUSE_SECONDS = 0.05


class Funnel:
    """Takes an engine's events for one try and hands them on in bounded batches."""

    def __init__(self, token: str, send: Callable[[list[Event]], None]) -> None:
        self._token = token
        self._send = send
        self._lock = threading.Lock()
        self._sending = threading.Lock()  # apart from the other: a broker that hangs must not hold up the engine
        self._pending: list[LiveEvent] = []
        self._sequence = 0
        self._bytes = 0
        self._allowance, self._filled_at = RATE, time.monotonic()

    def take(self, data: dict[str, Any]) -> bool:
        """Keep an event of the engine for the next batch; whether there is something to flush."""
        try:
            event = parse_live_event(data)
        except MessageInvalid:
            return False  # e.g. a loss that is no number: there is no curve to draw
        with self._lock:
            last = self._pending[-1] if self._pending else None
            if isinstance(event, OutputEvent) and isinstance(last, OutputEvent) and event.shown == last.shown:
                text = (last.text + event.text)[-MAX_TEXT:]
                self._pending[-1] = OutputEvent(kind="output", text=text, shown=event.shown)
            elif isinstance(event, ProgressEvent):  # only how far it is now
                kept = [
                    old for old in self._pending if not (isinstance(old, ProgressEvent) and old.label == event.label)
                ]
                self._pending = [*kept, event]
            else:
                self._pending.append(event)
            if isinstance(event, MetricEvent) and len(self._pending) > MAX_PENDING:
                self._thin_out()
        return True

    def flush(self, *, final: bool = False) -> bool:
        """Hand on what the rate allows; whether something is left. At the end all of it is handed on."""
        with self._sending:
            with self._lock:
                now = time.monotonic()
                self._allowance = min(RATE, self._allowance + (now - self._filled_at) * RATE)
                self._filled_at = now
                count = len(self._pending) if final else min(int(self._allowance), len(self._pending))
                chosen, self._pending = self._pending[:count], self._pending[count:]
                self._allowance -= count
                left = bool(self._pending)
            batch = [event for event in map(self._number, chosen) if event is not None]
            if batch:
                self._send(batch)
        return left

    def _thin_out(self) -> None:
        """Drop every other number that waits: a curve keeps its shape."""
        metrics = [index for index, event in enumerate(self._pending) if isinstance(event, MetricEvent)]
        dropped = set(metrics[::2])
        self._pending = [event for index, event in enumerate(self._pending) if index not in dropped]

    def _number(self, event: LiveEvent) -> Event | None:
        self._bytes += len(event.model_dump_json())
        if self._bytes > MAX_BYTES and event.kind in ("output", "metric", "progress"):
            return None
        self._sequence += 1
        return Event(token=self._token, sequence=self._sequence, event=event)


class Flusher:
    """One thread that flushes the funnels of all tries of this worker."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting: set[Funnel] = set()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def wake(self, funnel: Funnel) -> None:
        with self._condition:
            self._waiting.add(funnel)
            self._condition.notify()

    def stop(self) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped:
                    return
                funnels, self._waiting = self._waiting, set()
            left = {funnel for funnel in funnels if funnel.flush()}
            time.sleep(PAUSE_SECONDS)
            with self._condition:
                self._waiting |= left
