"""Where no student is: modes whose submission is no program."""

from __future__ import annotations

from typing import Any, NoReturn

from graders.examiner.context import author_mistake
from graders.examiner.failures import NO_SOURCES, Sources, StudentGone


class NoSession:
    """Stands where a session with a student is expected."""

    def __init__(self) -> None:
        self.deadline = 0.0
        self.gone: StudentGone | None = None
        self.spent = False
        self.sources: Sources = NO_SOURCES

    def request(self, operation: str, *_: Any, **__: Any) -> None:
        """There is nobody to seed, and nobody to ask for anything else."""
        if operation != "seed":
            self._refuse()

    def finish_test(self) -> None:
        """Nobody can have spoken out of turn."""

    def close(self) -> None:
        """Nothing is open."""

    def overran(self) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise author_mistake("this exercise has no student: no code of theirs runs")
