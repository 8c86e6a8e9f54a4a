"""What a node asks of an engine. ``graders.engine.Engine`` is the one that exists; tests bring a small one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from graders.exercise import Exercise
from graders.report import Report


class GradingEngine(Protocol):
    """Thread-safe; ``grade`` blocks its thread."""

    def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        tests: Literal["hidden", "visible"] = "hidden",
        key: str | None = None,
        seed: int | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> Report: ...

    def cancel(self, key: str) -> bool: ...

    def state(self) -> dict[str, Any]: ...

    def close(self) -> None: ...


class NoEngine(Exception):
    """No engine can work on this machine; ``reasons`` say why, and what repairs it."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
