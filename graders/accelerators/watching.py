"""What NVML says of one slot: whose processes use it, how much, and which faults it had."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Any

log = logging.getLogger("graders.accelerators")

MEGABYTE = 1024 * 1024


class WatchFailed(RuntimeError):
    """NVML does not answer, so that nothing is known of the slot."""


class Watch:
    """One slot as NVML sees it.

    Inside a container NVML may list no process at all, or pids of the host's; so the memory that is used speaks too.
    """

    def __init__(self, nvml: ModuleType, handle: Any, *, parent: Any) -> None:
        self._nvml, self._handle = nvml, handle
        self._events: Any = None
        try:
            self._events = nvml.nvmlEventSetCreate()
            nvml.nvmlDeviceRegisterEvents(parent, nvml.nvmlEventTypeXidCriticalError, self._events)
        except nvml.NVMLError as error:  # some devices and containers tell of none
            log.warning("the driver tells of no faults here: %s", error)
            self._events = None

    def processes(self) -> dict[int, int]:
        """Megabytes of the slot's memory by the pid that uses them; 0 where it is not told."""
        found: dict[int, int] = {}
        try:
            for process in (
                *self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle),
                *self._nvml.nvmlDeviceGetGraphicsRunningProcesses(self._handle),
            ):
                used = process.usedGpuMemory
                found[int(process.pid)] = max(found.get(int(process.pid), 0), int(used or 0) // MEGABYTE)
        except self._nvml.NVMLError as error:
            raise WatchFailed(f"NVML lists no processes: {error}") from error
        return found

    def used_mb(self) -> int:
        """What is in use on the slot, whoever uses it."""
        try:
            return int(self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used // MEGABYTE)
        except self._nvml.NVMLError as error:
            raise WatchFailed(f"NVML does not tell the memory: {error}") from error

    def faults(self) -> list[int]:
        """The Xid numbers that have come since this was last asked."""
        found: list[int] = []
        while self._events is not None and len(found) < 100:
            try:
                found.append(int(self._nvml.nvmlEventSetWait_v2(self._events, 0).eventData))
            except self._nvml.NVMLError_Timeout:
                break
            except self._nvml.NVMLError as error:
                raise WatchFailed(f"NVML does not tell of faults: {error}") from error
        return found


def text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
