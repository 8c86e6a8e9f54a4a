"""An engine that grades by what a submission says it wants, and a node with it: for tests of everything around it.

The first line of ``submission.py`` is the wish: ``pass``, ``sleep SECONDS``, ``hang``, ``broken`` or ``print N``. The
platform's own trial gets the one point that it must get; a node with ``TOY_FAULT=all`` fails everything, one with
``TOY_FAULT=students`` everything but the trial. With ``TOY_FAULT=state`` it soon cannot say how it is; with
``TOY_DEVICE=cuda`` it has a device.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from graders.exercise import Exercise
from graders.report import Outcome, Provenance, Report, Seconds
from tests.workers import nvml
from workers.logs import configure
from workers.node.config import NodeConfig
from workers.node.engine import NoEngine
from workers.node.service import run

DEVICE = os.environ.get("TOY_DEVICE", "cpu")
FAULTLESS = 3  #: how often it says how it is before it cannot
TRIAL = "#"  #: the first word of the platform's own submission


class ToyEngine:
    """Thread-safe, as the real one."""

    def __init__(self, slots: int) -> None:
        self._slots, self._asked = slots, 0
        self._fault = os.environ.get("TOY_FAULT", "")
        self._lock = threading.Lock()
        self._cancelled: dict[str, threading.Event] = {}

    def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        tests: Literal["hidden", "visible"] = "hidden",
        key: str | None = None,
        seed: int | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> Report:
        began = time.time()
        tell = on_event or (lambda _event: None)
        cancelled = threading.Event()
        with self._lock:
            self._cancelled[key or ""] = cancelled
        tell({"kind": "state", "state": "running"})
        wish, _, value = files["submission.py"].partition(" ")
        outcome = Outcome.GRADED
        if wish == "print":
            for number in range(int(value)):
                tell({"kind": "output", "text": f"line {number}\n"})
        if cancelled.wait({"sleep": float(value or 0) if wish == "sleep" else 0.0, "hang": 120.0}.get(wish, 0.0)):
            outcome = Outcome.CANCELLED
        elif wish == "broken" or self._fault == "all" or (self._fault == "students" and wish != TRIAL):
            outcome = Outcome.PLATFORM_ERROR
        with self._lock:
            del self._cancelled[key or ""]
        return Report(
            outcome=outcome,
            score=(1 if wish == TRIAL else exercise.points) if outcome == Outcome.GRADED else 0,
            max_score=exercise.points,
            metrics={"began": began},
            seconds=Seconds(ran=time.time() - began),
            provenance=Provenance(isolation="toy", device=DEVICE),
        )

    def cancel(self, key: str) -> bool:
        with self._lock:
            event = self._cancelled.get(key)
        if event is not None:
            event.set()
        return event is not None

    def state(self) -> dict[str, Any]:
        self._asked += 1
        if self._fault == "state" and self._asked > FAULTLESS:
            raise RuntimeError("it has lost its head")
        return {"slots": self._slots, "isolation": "toy", "device": DEVICE, "runtimes": ["torch"], "engine": "toy"}

    def close(self) -> None:
        pass


def make(config: NodeConfig) -> ToyEngine:
    if config.runtimes == ("refuse",):
        raise NoEngine(("no user namespaces: enable them",))
    return ToyEngine(config.slots)


if __name__ == "__main__":
    configure(as_json=os.environ.get("LOG_JSON") == "1")
    nvml.install(nvml.Library(nvml.Gpu()) if DEVICE == "cuda" else None)
    run(NodeConfig.from_env(), make)
