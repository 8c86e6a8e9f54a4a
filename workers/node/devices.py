"""What the accelerators of this machine do, asked of NVML. A machine without NVIDIA's driver has none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pynvml

log = logging.getLogger(__name__)

#: NVML is asked no more often than this; heartbeats go out more often when tries start and end.
FRESH_SECONDS = 1.5
MAX_DEVICES = 16
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All devices at one moment, as a heartbeat tells them."""

    devices: tuple[dict[str, Any], ...] = ()  #: each ``workers.messages.Device`` as plain values
    driver: str = ""
    cuda: str = ""


class Devices:
    """Reads NVML, at most every second and a half. Thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._reading, self._read_at = Reading(), float("-inf")
        self._open = True
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            log.info("no accelerator is watched: %s", error)
            self._open = False

    def read(self) -> Reading:
        with self._lock:
            if self._open and self._clock() - self._read_at > FRESH_SECONDS:
                self._read_at = self._clock()
                try:
                    self._reading = _read()
                except pynvml.NVMLError as error:
                    log.warning("the accelerators do not answer: %s", error)
                    self._reading = Reading()
            return self._reading

    def close(self) -> None:
        with self._lock:
            if self._open:
                pynvml.nvmlShutdown()
                self._open = False


def _read() -> Reading:
    count = min(MAX_DEVICES, pynvml.nvmlDeviceGetCount())
    version = pynvml.nvmlSystemGetCudaDriverVersion()
    return Reading(
        devices=tuple(_read_one(pynvml.nvmlDeviceGetHandleByIndex(number)) for number in range(count)),
        driver=_text(pynvml.nvmlSystemGetDriverVersion()),
        cuda=f"{version // 1000}.{version % 1000 // 10}",
    )


def _read_one(handle: object) -> dict[str, Any]:
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    try:
        utilisation = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except pynvml.NVMLError:  # a device that is divided into MIG slices does not tell
        utilisation = None
    return {
        "name": _text(pynvml.nvmlDeviceGetName(handle))[:64],
        "memory_mb": int(memory.total // MEGABYTE),
        "used_mb": int(memory.used // MEGABYTE),
        "utilisation": utilisation,
    }


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
