"""One control group per sandbox: memory, processes and CPU are limited and counted by the kernel.

The engine, outside the jail, makes the group under its own one, puts the sandbox's first process into it while it is
still one process, and removes it when it is empty. Both versions are supported: v2 where the engine's own group is
delegated to it, v1 as on older hosts. Source: cgroups(7), the kernel's Documentation/admin-guide/cgroup-v{1,2}.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CPU_PERIOD_US = 100_000
_NAME = "gradus"
_STORM = 16  #: more processes than honest code has
_numbers = itertools.count(1)  #: one row for all engines of this process


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one sandbox may use."""

    memory_bytes: int
    processes: int
    cpus: float


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one sandbox used, as the kernel counted it."""

    oom_kills: int
    refused_forks: int
    cpu_seconds: float
    peak_memory_bytes: int


class Group(ABC):
    """One sandbox's control group."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders

    def attach(self, pid: int) -> None:
        for folder in set(self._folders.values()):
            _write(folder / "cgroup.procs", pid)

    def processes(self) -> list[int]:
        return [int(line) for line in _read(self._folders["pids"] / "cgroup.procs").split()]

    def calm(self, *, spare: int) -> None:
        """End a storm of processes at once, all but ``spare``, and let them die unthrottled; a few are left alone."""
        with contextlib.suppress(OSError):  # the group is gone already
            pids = self.processes()
            if len(pids) > _STORM:
                self._lift_cpu()
                _kill([pid for pid in pids if pid != spare])

    @abstractmethod
    def _lift_cpu(self) -> None: ...

    def kill(self, *, timeout: float = 5.0) -> bool:
        """End all processes and wait until none is left; False if some are left after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        pause = 0.0002
        while left := self.processes():
            _kill(left)
            if time.monotonic() > deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        return True

    def remove(self) -> None:
        for folder in set(self._folders.values()):
            with contextlib.suppress(FileNotFoundError):
                _remove(folder)

    @abstractmethod
    def usage(self) -> Usage: ...


class GroupV1(Group):
    def _lift_cpu(self) -> None:
        _write(self._folders["cpu"] / "cpu.cfs_quota_us", -1)

    def usage(self) -> Usage:
        memory, pids, cpu = self._folders["memory"], self._folders["pids"], self._folders["cpuacct"]
        return Usage(
            oom_kills=_counter(memory / "memory.oom_control", "oom_kill"),
            refused_forks=_counter(pids / "pids.events", "max"),
            cpu_seconds=int(_read(cpu / "cpuacct.usage")) / 1e9,
            peak_memory_bytes=int(_read(memory / "memory.max_usage_in_bytes")),
        )


class GroupV2(Group):
    def _lift_cpu(self) -> None:
        _write(self._folders["cpu"] / "cpu.max", "max")

    def usage(self) -> Usage:
        folder = self._folders["memory"]
        peak = folder / "memory.peak"  # since Linux 5.19
        return Usage(
            oom_kills=_counter(folder / "memory.events", "oom_kill"),
            refused_forks=_counter(folder / "pids.events", "max"),
            cpu_seconds=_counter(folder / "cpu.stat", "usage_usec") / 1e6,
            peak_memory_bytes=int(_read(peak)) if peak.exists() else int(_read(folder / "memory.current")),
        )


class Groups(ABC):
    """Where this engine makes its groups."""

    version: str

    def __init__(self, parents: Mapping[str, Path]) -> None:
        self._parents = parents

    def make(self, allowance: Allowance) -> Group:
        name = f"{_NAME}-{os.getpid()}-{next(_numbers)}"
        folders = {controller: parent / name for controller, parent in self._parents.items()}
        try:
            for folder in set(folders.values()):
                folder.mkdir()
            return self._limit(folders, allowance)
        except OSError:
            for folder in set(folders.values()):
                with contextlib.suppress(OSError):  # the one that could not be made
                    folder.rmdir()
            raise

    def sweep(self) -> None:
        """End and remove what engines that are no more have left."""
        for parent in set(self._parents.values()):
            for folder in parent.glob(f"{_NAME}-[0-9]*-[0-9]*"):
                owner = int(folder.name.split("-")[1])
                if owner == os.getpid() or Path(f"/proc/{owner}").exists():
                    continue
                if _kill_all(folder):
                    _remove(folder)

    @abstractmethod
    def _limit(self, folders: Mapping[str, Path], allowance: Allowance) -> Group: ...


class GroupsV1(Groups):
    version = "cgroup-v1"

    def _limit(self, folders: Mapping[str, Path], allowance: Allowance) -> Group:
        _write(folders["memory"] / "memory.limit_in_bytes", allowance.memory_bytes)
        swap = folders["memory"] / "memory.memsw.limit_in_bytes"
        if swap.exists():
            _write(swap, allowance.memory_bytes)
        _write(folders["pids"] / "pids.max", allowance.processes)
        _write(folders["cpu"] / "cpu.cfs_period_us", _CPU_PERIOD_US)
        _write(folders["cpu"] / "cpu.cfs_quota_us", int(allowance.cpus * _CPU_PERIOD_US))
        return GroupV1(folders)


class GroupsV2(Groups):
    version = "cgroup-v2"

    def _limit(self, folders: Mapping[str, Path], allowance: Allowance) -> Group:
        folder = folders["memory"]
        _write(folder / "memory.max", allowance.memory_bytes)
        if (folder / "memory.swap.max").exists():
            _write(folder / "memory.swap.max", 0)
        _write(folder / "memory.oom.group", 1)
        _write(folder / "pids.max", allowance.processes)
        _write(folder / "cpu.max", f"{int(allowance.cpus * _CPU_PERIOD_US)} {_CPU_PERIOD_US}")
        return GroupV2(folders)


def find() -> tuple[Groups | None, str]:
    """The groups that this process may make, tried by making one, or None with the reason."""
    reasons = []
    for look in (_find_v1, _find_v2):
        try:
            groups = look()
            group = groups.make(Allowance(memory_bytes=64 << 20, processes=8, cpus=1))
            group.usage()
            group.remove()
        except (OSError, LookupError, ValueError) as error:
            reasons.append(f"{look.__name__.removeprefix('_find_')}: {error}")
        else:
            groups.sweep()
            return groups, groups.version
    return None, "; ".join(reasons)


def _find_v1() -> Groups:
    own = {}
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        own.update(dict.fromkeys(controllers.split(","), path))
    mounted = {}
    for line in _read(Path("/proc/self/mounts")).splitlines():
        _, target, kind, options, *_rest = line.split()
        if kind == "cgroup":
            mounted.update(dict.fromkeys(options.split(","), target))
    parents: dict[str, Path] = {}
    for controller in ("memory", "pids", "cpu", "cpuacct"):
        if controller not in own or controller not in mounted:
            raise LookupError(f"no {controller} controller")
        parents[controller] = Path(mounted[controller]) / own[controller].lstrip("/")
    return GroupsV1(parents)


def _find_v2() -> Groups:
    line = next((line for line in _read(Path("/proc/self/cgroup")).splitlines() if line.startswith("0::")), None)
    if line is None or not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        raise LookupError("no unified hierarchy is mounted on /sys/fs/cgroup")
    own = Path("/sys/fs/cgroup") / line.removeprefix("0::").lstrip("/")
    if own.name == f"{_NAME}-engine":
        own = own.parent
    wanted = {"memory", "pids", "cpu"}
    if not wanted <= set(_read(own / "cgroup.subtree_control").split()):
        # A group with processes of its own can have no limited children: step aside into a leaf first.
        leaf = own / f"{_NAME}-engine"
        leaf.mkdir(exist_ok=True)
        for pid in _read(own / "cgroup.procs").split():
            with contextlib.suppress(ProcessLookupError):
                _write(leaf / "cgroup.procs", pid)
        _write(own / "cgroup.subtree_control", "+memory +pids +cpu")
    return GroupsV2(dict.fromkeys(("memory", "pids", "cpu", "cpuacct"), own))


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _kill_all(folder: Path) -> bool:
    return GroupV1({"pids": folder}).kill()


def _remove(folder: Path) -> None:
    """rmdir, again for a moment: the kernel lets go of the last process a little after it has been reaped."""
    for pause in (0.0005, 0.002, 0.01, 0.05, 0.2):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(pause)
        else:
            return
    folder.rmdir()


def _read(path: Path) -> str:
    return path.read_text()


def _write(path: Path, value: object) -> None:
    path.write_text(str(value))


def _counter(path: Path, name: str) -> int:
    for line in _read(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0
