"""What the accelerators of this machine do, asked of NVML. Without its library or a device there is nothing to tell."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

try:
    import pynvml
except ImportError:  # the package is optional: a machine without a GPU need not have it
    pynvml = None

log = logging.getLogger(__name__)

#: NVML is asked no more often than this; heartbeats go out more often when tries start and end.
FRESH_SECONDS = 1.5
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All devices at one moment, as a heartbeat tells them."""

    devices: tuple[dict[str, Any], ...] = ()  #: each ``workers.messages.Device`` as plain values
    driver: str = ""
    cuda: str = ""


class Devices:
    """Reads NVML, at most every second and a half. Thread-safe."""

    def __init__(self, nvml: ModuleType | None = pynvml, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._nvml, self._clock = nvml, clock
        self._lock = threading.Lock()
        self._reading, self._read_at = Reading(), float("-inf")
        if nvml is None:
            return
        try:
            nvml.nvmlInit()
        except nvml.NVMLError as error:
            log.info("no accelerator is watched: %s", error)
            self._nvml = None

    def read(self) -> Reading:
        with self._lock:
            if self._nvml is not None and self._clock() - self._read_at > FRESH_SECONDS:
                self._read_at = self._clock()
                try:
                    self._reading = _read(self._nvml)
                except self._nvml.NVMLError as error:
                    log.warning("the accelerators do not answer: %s", error)
                    self._reading = Reading()
            return self._reading

    def close(self) -> None:
        with self._lock:
            if self._nvml is not None:
                self._nvml.nvmlShutdown()
                self._nvml = None


def _read(nvml: ModuleType) -> Reading:
    handles = [nvml.nvmlDeviceGetHandleByIndex(number) for number in range(nvml.nvmlDeviceGetCount())]
    version = nvml.nvmlSystemGetCudaDriverVersion()
    return Reading(
        devices=tuple(_read_one(nvml, handle) for handle in handles[:16]),
        driver=_text(nvml.nvmlSystemGetDriverVersion()),
        cuda=f"{version // 1000}.{version % 1000 // 10}",
    )


def _read_one(nvml: ModuleType, handle: object) -> dict[str, Any]:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    try:
        utilisation = nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except nvml.NVMLError:  # a device that is divided into MIG slices does not tell
        utilisation = None
    return {
        "name": _text(nvml.nvmlDeviceGetName(handle))[:64],
        "memory_mb": int(memory.total // MEGABYTE),
        "used_mb": int(memory.used // MEGABYTE),
        "utilisation": utilisation,
    }


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
