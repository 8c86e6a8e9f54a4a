"""An honest submission, graded again and again beside the attacks: it holds a canary, and must get full marks."""

from __future__ import annotations

import threading
from pathlib import Path

from graders.engine import Engine
from graders.exercise import Exercise

#: Written in two parts, so that an attack that scans for it finds the running pupil and not this file.
CANARY = "SIBLING" + "_CANARY"
_SECRET = """

import os
import time

SECRET = [{canary!r} + str(number) for number in range(1000)]
os.environ["SECRET_OF_MINE"] = SECRET[0]
with open("secret.txt", "w") as file:
    file.write(SECRET[0])
try:
    with open("/dev/shm/secret.txt", "w") as file:
        file.write(SECRET[0])
except OSError:
    pass
time.sleep(0.7)
"""


class Sibling:
    """The pupil, in a thread of its own. An engine that takes one submission at a time has none."""

    def __init__(self, engine: Engine, exercise: Exercise) -> None:
        self._engine, self._exercise = engine, exercise
        solution = (Path(exercise.folder) / "solution.py").read_text()
        self._files = {"submission.py": solution + _SECRET.format(canary=CANARY)}
        self._stop = threading.Event()
        self._spoilt: list[str] = []
        self.graded = 0
        self._thread = threading.Thread(target=self._go_on, name="sibling")
        self._grade() if engine.slots == 1 else self._thread.start()

    def stop(self) -> list[str]:
        """End it; what went wrong."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        return self._spoilt

    def _go_on(self) -> None:
        while not self._stop.wait(0.3):
            self._grade()

    def _grade(self) -> None:
        report = self._engine.grade(self._exercise, self._files)
        self.graded += 1
        if report.score != report.max_score:
            self._spoilt.append(f"{report.outcome} {report.message}")
