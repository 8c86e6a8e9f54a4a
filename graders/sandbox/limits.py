"""What a sandbox may use, and the part of it that rlimits hold."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

MIB = 1 << 20
_LEAP = 8
#: tmpfs on /dev/shm, which DataLoader workers need; its pages count as memory
SHM_MB = 64


@dataclass(frozen=True, kw_only=True)
class BoxLimits:
    """The limits that a sandbox is built with; time limits are the engine's."""

    memory_mb: int = 2048
    processes: int = 96
    disk_mb: int = 64
    threads: int = 1
    cpu_seconds: int = 45

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, int]) -> Self:
        return cls(**data)


@dataclass(frozen=True, kw_only=True)
class BoxSpec:
    """How one sandbox is built: what the engine tells the zygote."""

    namespaces: bool  #: the first rung; False is the ``landlock`` rung, or none
    confined: bool = True  #: Landlock and seccomp; False only where the operator vouches for every submission
    uid: int | None  #: the uid to become; None where the engine may not set uids
    counted: bool  #: a control group limits memory and processes
    home: str  #: the one writable folder: /tmp, or on the landlock rung one that the engine made
    limits: BoxLimits
    devices: tuple[str, ...] = ()  #: the device files of a student on an accelerator; of nobody else

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "limits": self.limits.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        limits = BoxLimits.from_dict(data["limits"])
        return cls(**{**data, "limits": limits, "devices": tuple(data["devices"])})


def apply_rlimits(limits: BoxLimits, *, own_uid: bool, counted: bool, devices: bool = False) -> None:
    """Set this process's rlimits, for good.

    Args:
        limits: what the sandbox may use.
        own_uid: no other process of this user exists outside, so that RLIMIT_NPROC counts only this sandbox.
        counted: a cgroup counts memory; otherwise the init's watchdog does, and RLIMIT_DATA, so far above the limit
            that running out has one outcome, bounds what a single leap between two looks can take.
        devices: an accelerator's driver runs in it, which maps far more than it uses: no limit counts mappings then.
    """
    hard = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.disk_mb * MIB,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 8 * MIB,
        resource.RLIMIT_STACK: 64 * MIB,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_CPU: limits.cpu_seconds + 5,
    }
    if own_uid:
        hard[resource.RLIMIT_NPROC] = limits.processes + 8
    if not counted and not devices:
        hard[resource.RLIMIT_DATA] = max(_LEAP * limits.memory_mb * MIB, _half_of_memory())
    for kind, value in hard.items():
        _, ceiling = resource.getrlimit(kind)
        allowed = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        resource.setrlimit(kind, (allowed, allowed))


def _half_of_memory() -> int:
    """Half of the machine's memory, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
