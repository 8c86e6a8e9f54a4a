"""Which devices and slices this machine has, and what a student on one of them needs to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.accelerators.watching import Watch, text

try:
    import pynvml
except ImportError:  # a machine without a GPU need not have it
    pynvml = None

MEGABYTE = 1024 * 1024
#: What every CUDA program opens, besides its device's own file.
MEMORY_MANAGER = "/dev/nvidia-uvm"
_COMMON = ("/dev/nvidiactl", MEMORY_MANAGER, "/dev/nvidia-uvm-tools")
#: Which capability file stands for which MIG instance: lines such as ``gpu0/gi1/ci0/access 13``.
_MIG_MINORS = Path("/proc/driver/nvidia-caps/mig-minors")


class NoDevices(RuntimeError):
    """The devices that are asked for are not here; the message says what is missing and what repairs it."""


@dataclass(frozen=True, kw_only=True)
class Accelerator:
    """One device or slice."""

    uuid: str  #: as ``CUDA_VISIBLE_DEVICES`` takes it
    name: str
    memory_mb: int
    driver: str
    files: tuple[tuple[str, str], ...]  #: device files: where a student sees each, and which of the machine's it is
    kind: str = "cuda"  #: "files": no driver answers, as where a sandbox is tried without a device

    @classmethod
    def with_files(cls, *paths: str, **facts: Any) -> Accelerator:
        return cls(files=tuple((path, path) for path in paths), **facts)


def find(which: str = "all", *, nvml: ModuleType | None = pynvml) -> list[tuple[Accelerator, Watch]]:
    """The slots of this machine, each with its watch. A device that is divided counts as its slices.

    Args:
        which: ``all``, or numbers or UUIDs of devices, or UUIDs of slices, with commas.

    Raises:
        NoDevices: one that is named is not here, or nobody can be asked.
    """
    if nvml is None:
        raise NoDevices("NVML's Python package is missing; `pip install nvidia-ml-py` brings it")
    try:
        nvml.nvmlInit()
        driver = text(nvml.nvmlSystemGetDriverVersion())
        found = [
            (number, uuid, slot)
            for number in range(nvml.nvmlDeviceGetCount())
            for uuid, slot in _slots(nvml, number, driver)
        ]
    except nvml.NVMLError as error:
        raise NoDevices(f"NVML does not answer ({error}); is NVIDIA's driver installed and loaded?") from error
    wanted = None if which == "all" else [name.strip() for name in which.split(",") if name.strip()]
    if wanted is not None:
        for name in wanted:
            if not any(name in (str(number), uuid, slot[0].uuid) for number, uuid, slot in found):
                here = ", ".join(slot[0].uuid for _, _, slot in found) or "none"
                raise NoDevices(f"there is no device {name!r} here; the devices are: {here}")
        found = [each for each in found if {str(each[0]), each[1], each[2][0].uuid} & set(wanted)]
    if not found:
        raise NoDevices("this machine has no CUDA device")
    return [slot for _, _, slot in found]


def _slots(nvml: ModuleType, number: int, driver: str) -> Iterator[tuple[str, tuple[Accelerator, Watch]]]:
    """Each slot of a device, with the device's own UUID."""
    device = nvml.nvmlDeviceGetHandleByIndex(number)
    uuid, minor = text(nvml.nvmlDeviceGetUUID(device)), int(nvml.nvmlDeviceGetMinorNumber(device))
    own = (*_COMMON, f"/dev/nvidia{minor}")
    slices = list(_slices(nvml, device))
    for handle in slices or [device]:
        files = (*own, *(_capabilities(nvml, handle, minor) if slices else ()))
        accelerator = Accelerator.with_files(
            *(path for path in files if Path(path).exists()),
            uuid=text(nvml.nvmlDeviceGetUUID(handle)),
            name=text(nvml.nvmlDeviceGetName(handle))[:64],
            memory_mb=int(nvml.nvmlDeviceGetMemoryInfo(handle).total // MEGABYTE),
            driver=driver[:200],
        )
        yield uuid, (accelerator, Watch(nvml, handle, parent=device))


def _slices(nvml: ModuleType, device: Any) -> Iterator[Any]:
    try:
        current, _pending = nvml.nvmlDeviceGetMigMode(device)
        count = nvml.nvmlDeviceGetMaxMigDeviceCount(device) if current else 0
    except nvml.NVMLError:  # a device that cannot be divided
        return
    for place in range(count):
        try:
            yield nvml.nvmlDeviceGetMigDeviceHandleByIndex(device, place)
        except nvml.NVMLError:  # this place is empty
            continue


def _capabilities(nvml: ModuleType, handle: Any, minor: int) -> Iterator[str]:
    """The files whose right to be opened is the right to use a slice."""
    instance, compute = nvml.nvmlDeviceGetGpuInstanceId(handle), nvml.nvmlDeviceGetComputeInstanceId(handle)
    wanted = {f"gpu{minor}/gi{instance}/access", f"gpu{minor}/gi{instance}/ci{compute}/access"}
    for line in _MIG_MINORS.read_text().splitlines() if _MIG_MINORS.exists() else ():
        name, _, place = line.partition(" ")
        if name in wanted:
            yield f"/dev/nvidia-caps/nvidia-cap{place.strip()}"
