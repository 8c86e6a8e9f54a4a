"""A stand-in for NVIDIA's library ``libnvidia-ml.so.1``, at its C border: the binding that nodes use is the real one.

Each function is a C function pointer of the signature in NVIDIA's header; it fills the caller's memory as the library
does and answers with its return codes.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_int, c_uint, c_ulonglong, c_void_p
from dataclasses import dataclass
from typing import Any, ClassVar

import pynvml

SUCCESS, NOT_SUPPORTED, GPU_IS_LOST = 0, 3, 15


@dataclass(kw_only=True)
class Gpu:
    name: str = "NVIDIA H200"
    total: int = 143_771 * 1024 * 1024  #: bytes
    used: int = 1024 * 1024 * 1024
    percent: int | None = 25  #: None: it does not tell


class Library:
    """What ``ctypes.CDLL`` would give: functions by their names."""

    def __init__(self, *gpus: Gpu, driver: str = "570.86.15", cuda: int = 12_080) -> None:
        self.gpus, self._driver, self._cuda = gpus, driver.encode(), cuda
        self.lost = False  #: the devices have fallen off the bus
        self.asked = Counter[str]()

    def __getattr__(self, name: str) -> object:
        if name not in self._SIGNATURES:
            raise AttributeError(name)
        answer: Callable[..., int] = getattr(self, f"_{name}")

        def counted(*arguments: Any) -> int:
            self.asked[name] += 1
            return answer(*arguments)

        function = CFUNCTYPE(c_int, *self._SIGNATURES[name])(counted)
        setattr(self, name, function)  # it lives as long as its library
        return function

    #: All pointers are untyped, as the binding brings types of its own.
    _SIGNATURES: ClassVar[dict[str, tuple[Any, ...]]] = {
        "nvmlInitWithFlags": (c_uint,),
        "nvmlShutdown": (),
        "nvmlDeviceGetCount_v2": (c_void_p,),
        "nvmlDeviceGetHandleByIndex_v2": (c_uint, c_void_p),
        "nvmlDeviceGetMemoryInfo": (c_void_p, c_void_p),
        "nvmlDeviceGetUtilizationRates": (c_void_p, c_void_p),
        "nvmlDeviceGetName": (c_void_p, c_void_p, c_uint),
        "nvmlSystemGetDriverVersion": (c_void_p, c_uint),
        "nvmlSystemGetCudaDriverVersion": (c_void_p,),
    }

    def _nvmlInitWithFlags(self, _flags: int) -> int:
        return SUCCESS

    def _nvmlShutdown(self) -> int:
        return SUCCESS

    def _nvmlDeviceGetCount_v2(self, count: int) -> int:
        c_uint.from_address(count).value = len(self.gpus)
        return GPU_IS_LOST if self.lost else SUCCESS

    def _nvmlDeviceGetHandleByIndex_v2(self, index: int, handle: int) -> int:
        c_void_p.from_address(handle).value = index + 1  # never a null pointer
        return SUCCESS

    def _nvmlDeviceGetMemoryInfo(self, handle: int, memory: int) -> int:
        gpu = self.gpus[handle - 1]
        (c_ulonglong * 3).from_address(memory)[:] = [gpu.total, gpu.total - gpu.used, gpu.used]
        return SUCCESS

    def _nvmlDeviceGetUtilizationRates(self, handle: int, rates: int) -> int:
        percent = self.gpus[handle - 1].percent
        if percent is None:
            return NOT_SUPPORTED
        (c_uint * 2).from_address(rates)[:] = [percent, 7]
        return SUCCESS

    def _nvmlDeviceGetName(self, handle: int, name: int, length: int) -> int:
        return _write(self.gpus[handle - 1].name.encode(), name, length)

    def _nvmlSystemGetDriverVersion(self, version: int, length: int) -> int:
        return _write(self._driver, version, length)

    def _nvmlSystemGetCudaDriverVersion(self, version: int) -> int:
        c_int.from_address(version).value = self._cuda
        return SUCCESS


def _write(text: bytes, place: int, length: int) -> int:
    ctypes.memmove(place, text[: length - 1] + b"\0", min(len(text), length - 1) + 1)
    return SUCCESS


def install(library: Library | None) -> None:
    """Have the binding find ``library`` where it looks for NVIDIA's; ``None``: there is none."""

    def load(name: str) -> Library:
        assert name == "libnvidia-ml.so.1"
        if library is None:
            raise OSError(name)
        return library

    pynvml.CDLL = load
    pynvml.nvmlLib = None
    pynvml._nvmlGetFunctionPointer_cache.clear()
