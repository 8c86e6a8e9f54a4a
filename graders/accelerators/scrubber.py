"""``python -m graders.accelerators.scrubber``: overwrite all memory of a device that is free, and end.

A trusted program with a context of its own, started for each change of students: what a context has freed is not
documented to be clean for the next. It sees one device (``CUDA_VISIBLE_DEVICES``) and takes nothing from anybody.
Source of the calls: CUDA's driver API (cuInit, cuDevicePrimaryCtxRetain, cuMemAlloc, cuMemsetD8 …).
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

MEBIBYTE = 1 << 20
LARGEST, SMALLEST = 1024 * MEBIBYTE, 2 * MEBIBYTE  #: pieces that are asked for; a device hands out 2 MiB at least
LEFT = 256 * MEBIBYTE  #: what may stay: the driver keeps some back, and what is scattered cannot be had
SECONDS = 60.0
_OUT_OF_MEMORY = 2  # CUDA_ERROR_OUT_OF_MEMORY


class ScrubFailed(RuntimeError):
    """The memory could not be overwritten, so nobody may use the device."""


class Memory(Protocol):
    """A device's memory, as a driver gives it."""

    def free(self) -> int: ...

    def take(self, size: int) -> int | None:
        """The address of a new piece; None where there is no room for it."""

    def clear(self, address: int, size: int) -> None: ...

    def finish(self) -> None: ...


class CudaMemory:
    """The memory of the first device that is visible.

    Raises:
        ScrubFailed: the driver is not there, or refuses.
    """

    def __init__(self, library: str = "libcuda.so.1") -> None:
        try:
            self._driver = ctypes.CDLL(library)
        except OSError as error:
            raise ScrubFailed(f"there is no CUDA driver: {error}") from error
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self._call("cuInit", ctypes.c_uint(0))
        self._call("cuDeviceGet", ctypes.byref(device), ctypes.c_int(0))
        self._call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self._call("cuCtxSetCurrent", context)

    def free(self) -> int:
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self._call("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        return free.value

    def take(self, size: int) -> int | None:
        address = ctypes.c_uint64()
        result = self._driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(size))
        if result == _OUT_OF_MEMORY:
            return None
        self._check("cuMemAlloc", result)
        return address.value

    def clear(self, address: int, size: int) -> None:
        self._call("cuMemsetD8_v2", ctypes.c_uint64(address), ctypes.c_ubyte(0), ctypes.c_size_t(size))

    def finish(self) -> None:
        self._call("cuCtxSynchronize")

    def _call(self, name: str, *arguments: object) -> None:
        self._check(name, getattr(self._driver, name)(*arguments))

    def _check(self, name: str, result: int) -> None:
        if result:
            raise ScrubFailed(f"{name} failed with CUDA error {result}")


def overwrite(memory: Memory) -> int:
    """Overwrite what is free, in pieces from large to small; the bytes that were.

    Raises:
        ScrubFailed: more than a little is left.
    """
    size, done = LARGEST, 0
    while size >= SMALLEST:
        address = memory.take(size)
        if address is None:
            size //= 2
            continue
        memory.clear(address, size)
        done += size
    memory.finish()
    if (left := memory.free()) > LEFT:
        raise ScrubFailed(f"{left // MEBIBYTE} MiB could not be had, so they were not overwritten")
    return done


def scrub(uuid: str) -> int:
    """Overwrite the free memory of a slot, in a process of its own; the bytes that were.

    Raises:
        ScrubFailed: it was not done, or not in time.
    """
    environment = {"PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": uuid, "PYTHONPATH": str(Path(__file__).parents[2])}
    if libraries := os.environ.get("LD_LIBRARY_PATH"):
        environment["LD_LIBRARY_PATH"] = libraries
    command = [sys.executable, "-P", "-s", "-m", "graders.accelerators.scrubber"]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ScrubFailed(f"it took more than {SECONDS:.0f} s") from error
    if ended.returncode:
        raise ScrubFailed(ended.stderr.strip()[-500:] or f"status {ended.returncode}")
    return int(json.loads(ended.stdout)["bytes"])


def main() -> int:
    begun = time.monotonic()
    try:
        done = overwrite(CudaMemory())
    except ScrubFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps({"bytes": done, "seconds": round(time.monotonic() - begun, 3)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
