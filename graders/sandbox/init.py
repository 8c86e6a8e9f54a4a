"""The first process of a sandbox: it mounts, reaps, watches and reports, and never runs hostile code.

In the namespaces rung it is pid 1, so that the student is not (a pid 1 survives its own SIGKILL and SIGABRT), and its
end is the end of the whole sandbox. In the landlock rung it is the subreaper of all that the student starts.
What it says travels over a socket that the confined process does not have.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from pathlib import Path
from typing import Any, NoReturn

from graders.sandbox import kernel
from graders.sandbox.disk import DiskWatch
from graders.sandbox.jail import accelerator_files, visible_paths
from graders.sandbox.limits import MIB, SHM_MB, BoxLimits, BoxSpec

_WATCH_MS = 50
_DISK_MS = 250
_FULL = 0.97
_MOUNT = kernel.MS_NOSUID | kernel.MS_NODEV


class Init:
    """Supervises one confined process.

    Messages to the engine: ``init`` (who I am), ``ready``, and last a JSON object ``ended`` with the wait status, the
    CPU seconds, and whether the disk was full or the watchdog had to end it. From the engine: ``end``, or its close.
    """

    def __init__(self, spec: BoxSpec, *, status: socket.socket) -> None:
        self._spec = spec
        self._status = status
        self._student = 0
        self._watchdog = ""
        self._baseline_kb = 0

    def start(self) -> int:
        """Build what is private to this sandbox and fork; return in the child, with the pipe to say ``ready`` on."""
        if self._spec.namespaces:
            mount_private(self._spec.limits)
            if self._spec.devices:
                cover_other_devices(self._spec.devices)
        self._disk = os.open(self._spec.home, os.O_PATH | os.O_DIRECTORY)
        self._io = os.open("/proc/self/io", os.O_RDONLY)
        ready, tell = os.pipe()
        self._student = os.fork()
        if not self._student:
            return tell
        if self._spec.namespaces:
            kernel.keep_capabilities(frozenset())
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # /proc/1/* is closed to whoever has the same uid
        kernel.close_all_but({2, self._status.fileno(), self._disk, self._io, ready})
        return self._supervise(ready)

    def _supervise(self, ready: int) -> NoReturn:
        wake, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self._status.send(b"init")
        poll = select.poll()
        for descriptor in (ready, wake, self._status.fileno()):
            poll.register(descriptor, select.POLLIN)
        disk = None if self._spec.namespaces else self._disk_watch()
        pause = (None if self._spec.namespaces else _DISK_MS) if self._spec.counted else _WATCH_MS
        while True:
            self._reap()
            for descriptor, _ in poll.poll(pause):
                if descriptor == wake:
                    os.read(wake, 512)
                elif descriptor == ready:
                    poll.unregister(ready)
                    self._pass_on_ready(ready)
                elif self._status.recv(16) in (b"", b"end"):
                    self._reap()
                    self._finish(None)
            if disk is not None and disk.over(_descendants):
                self._watchdog = "disk"
                self._finish(None)
            if not self._spec.counted:
                self._watch()

    def _disk_watch(self) -> DiskWatch:
        return DiskWatch(self._spec.home, self._spec.limits.disk_mb * MIB, own=self._io)

    def _pass_on_ready(self, ready: int) -> None:
        if os.read(ready, 1):
            self._baseline_kb = _memory_kb(self._student)
            self._status.send(b"ready")
        os.close(ready)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self._student:
                    self._finish({"status": status, "cpu": usage.ru_utime + usage.ru_stime, "peak_kb": usage.ru_maxrss})

    def _finish(self, end: dict[str, Any] | None) -> NoReturn:
        self._kill_all()
        end = end or self._last_usage()
        disk = os.fstatvfs(self._disk)
        full = disk.f_bfree < disk.f_blocks * (1 - _FULL) or (disk.f_files > 0 and disk.f_ffree < 2)
        message = {
            "event": "ended",
            "disk_full": full and self._spec.namespaces,
            "watchdog": self._watchdog,
            **end,
        }
        with contextlib.suppress(OSError):  # the engine may be gone, and then there is nobody to tell
            self._status.send(json.dumps(message).encode())
        os._exit(0)

    def _last_usage(self) -> dict[str, Any]:
        """What a confined process that we ended had used; its status would be our own signal, so it is not told."""
        with contextlib.suppress(ChildProcessError):
            usage = os.wait4(self._student, 0)[2]
            return {"cpu": usage.ru_utime + usage.ru_stime, "peak_kb": usage.ru_maxrss}
        return {}

    def _kill_all(self) -> None:
        """End every process of the sandbox."""
        if self._spec.namespaces:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # as pid 1: everything in this namespace but us
            return
        while descendants := _descendants(os.getpid()):
            for pid in descendants:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass

    def _watch(self) -> None:
        """Without a control group: count memory and processes ourselves."""
        pids = _others() if self._spec.namespaces else _descendants(os.getpid())
        used = sum(max(0, _memory_kb(pid) - self._baseline_kb) for pid in pids) * 1024
        if self._spec.namespaces:
            disk = os.fstatvfs(self._disk)
            used += (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        if used > self._spec.limits.memory_mb * MIB:
            self._watchdog = "memory"
        elif sum(_threads(pid) for pid in pids) > self._spec.limits.processes:
            self._watchdog = "processes"
        else:
            return
        self._finish(None)


def mount_private(limits: BoxLimits) -> None:
    """The mounts that belong to this sandbox alone."""
    kernel.mount("proc", "/proc", "proc", _MOUNT | kernel.MS_NOEXEC)
    # A checkout or an interpreter below /tmp would be covered by the private one: it is shown again, still read-only.
    covered = {path: os.open(path, os.O_PATH) for path in visible_paths() if path.startswith("/tmp/")}  # noqa: S108
    kernel.mount("tmpfs", "/tmp", "tmpfs", _MOUNT, f"mode=700,size={limits.disk_mb}m,nr_inodes=10k")  # noqa: S108
    for path, descriptor in covered.items():
        Path(path).mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{descriptor}", path, None, kernel.MS_BIND | kernel.MS_REC)
        os.close(descriptor)
    kernel.mount("tmpfs", "/dev/shm", "tmpfs", _MOUNT | kernel.MS_NOEXEC, f"mode=700,size={SHM_MB}m")  # noqa: S108
    kernel.set_hostname("sandbox")


def cover_other_devices(own: tuple[str, ...]) -> None:
    """Put /dev/null over the accelerators' files that are not this sandbox's; its jail has those of all devices."""
    for path in accelerator_files():
        if path not in own:
            kernel.mount("/dev/null", path, None, kernel.MS_BIND)


def _others() -> list[int]:
    return [pid for pid in _all() if pid != os.getpid()]


def _all() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208  # hot and small


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for pid in _all():
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()[:2]
            if state != "Z" or int(parent) == root:
                parents[pid] = int(parent)
    found: list[int] = []
    level = {root}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level}
        found.extend(level)
    return found


def _memory_kb(pid: int) -> int:
    return _field(pid, "RssAnon:") + _field(pid, "RssShmem:")


def _threads(pid: int) -> int:
    return _field(pid, "Threads:")


def _field(pid: int, name: str) -> int:
    try:
        for line in _text(f"/proc/{pid}/status").splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass  # it ended while we looked
    return 0


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # hot and small
        return file.read()
