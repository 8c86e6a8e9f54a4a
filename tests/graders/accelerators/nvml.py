"""NVML as a script: the border to a driver that this machine does not have. Everything on our side of it is real."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

MEGABYTE = 1024 * 1024


class NVMLError(Exception):
    """As pynvml has it."""


class NVMLError_Timeout(NVMLError):
    """Nothing has happened."""


@dataclass
class Card:
    """One device, or a slice of one, and what a test lets it show."""

    uuid: str
    name: str = "Scripted GPU"
    memory_mb: int = 8000
    used_mb: int = 300
    minor: int = 0
    processes: dict[int, int | None] = field(default_factory=dict)  #: pid -> MB
    faults: deque[int] = field(default_factory=deque)
    slices: tuple[Card, ...] = ()
    instance: tuple[int, int] = (0, 0)


class Nvml:
    """What of pynvml the engine calls. ``broken`` makes every call fail."""

    NVMLError, NVMLError_Timeout = NVMLError, NVMLError_Timeout
    nvmlEventTypeXidCriticalError = 8

    def __init__(self, *cards: Card) -> None:
        self.cards, self.broken = cards, False

    def nvmlInit(self) -> None:
        self._ask()

    def nvmlSystemGetDriverVersion(self) -> str:
        return "600.1"

    def nvmlDeviceGetCount(self) -> int:
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, number: int) -> Card:
        return self.cards[number]

    def nvmlDeviceGetUUID(self, card: Card) -> str:
        return card.uuid

    def nvmlDeviceGetName(self, card: Card) -> str:
        return card.name

    def nvmlDeviceGetMinorNumber(self, card: Card) -> int:
        return card.minor

    def nvmlDeviceGetMemoryInfo(self, card: Card) -> Any:
        self._ask()
        return SimpleNamespace(total=card.memory_mb * MEGABYTE, used=card.used_mb * MEGABYTE)

    def nvmlDeviceGetMigMode(self, card: Card) -> list[int]:
        if not card.slices:
            raise NVMLError("not supported")
        return [1, 1]

    def nvmlDeviceGetMaxMigDeviceCount(self, card: Card) -> int:
        return 7

    def nvmlDeviceGetMigDeviceHandleByIndex(self, card: Card, place: int) -> Card:
        if place >= len(card.slices):
            raise NVMLError("not found")
        return card.slices[place]

    def nvmlDeviceGetGpuInstanceId(self, card: Card) -> int:
        return card.instance[0]

    def nvmlDeviceGetComputeInstanceId(self, card: Card) -> int:
        return card.instance[1]

    def nvmlDeviceGetComputeRunningProcesses(self, card: Card) -> list[Any]:
        self._ask()
        return [
            SimpleNamespace(pid=pid, usedGpuMemory=None if used is None else used * MEGABYTE)
            for pid, used in card.processes.items()
        ]

    def nvmlDeviceGetGraphicsRunningProcesses(self, card: Card) -> list[Any]:
        return []

    def nvmlEventSetCreate(self) -> list[Card]:
        return []

    def nvmlDeviceRegisterEvents(self, card: Card, _kinds: int, events: list[Card]) -> None:
        events.append(card)

    def nvmlEventSetWait_v2(self, events: list[Card], _milliseconds: int) -> Any:
        self._ask()
        for card in events:
            if card.faults:
                return SimpleNamespace(eventData=card.faults.popleft())
        raise NVMLError_Timeout

    def _ask(self) -> None:
        if self.broken:
            raise NVMLError("the driver is gone")
