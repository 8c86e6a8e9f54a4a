"""A sandbox, from the inside: what a process forked from a zygote does until hostile code may run in it.

The order is forced: session, descriptors, control group (by the engine, while this is one process), uid, namespaces,
init, mounts, then in the process to be confined: capabilities, rlimits, Landlock, seccomp. See user_namespaces(7).
"""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from graders.sandbox import kernel, landlock, seccomp
from graders.sandbox.init import Init
from graders.sandbox.jail import ETC_FILES, STUDENT_UID, visible_paths
from graders.sandbox.limits import BoxSpec, apply_rlimits

_DEVICE_FILES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
#: What a process may know of itself where /proc is the machine's: nothing below ``net``, which tells of the network.
_OWN_PROC = ("cmdline", "comm", "fd", "limits", "maps", "stat", "statm", "status")
#: What an accelerator's driver reads there besides, where /proc is the machine's.
_DRIVER_PROC = ("/proc/driver/nvidia", "/proc/driver/nvidia-caps", "/proc/devices", "/proc/cpuinfo", "/proc/meminfo")


def enter(
    spec: BoxSpec,
    *,
    status: socket.socket,
    output: int,
    keep: set[int],
    main: Callable[[Callable[[], None]], NoReturn],
) -> NoReturn:
    """Become a sandbox and run ``main`` in it; never returns. Call it in a fresh child with one thread.

    Args:
        status: to the engine; the confined process never has it.
        output: becomes stdout and stderr of the confined process.
        keep: descriptors that the confined process keeps besides.
        main: what the confined process runs, as the last thing it does. It is given a function to call once when
            it is ready; after that call nothing but ``keep`` and the three standard descriptors is open.
    """
    os.setsid()
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    kernel.close_all_but({0, 1, 2, status.fileno(), *keep})
    status.send(b"hello")
    if status.recv(16) != b"attached":
        os._exit(1)
    uid, gid = os.geteuid(), os.getegid()
    if spec.uid is not None:
        uid = gid = spec.uid
        kernel.set_identity(uid, gid)
    if spec.namespaces:
        _unshare(uid, gid)
    else:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    ready = Init(spec, status=status).start()
    _confine(spec, keep={0, 1, 2, ready, *keep})

    def tell_ready() -> None:
        os.write(ready, b"r")
        os.close(ready)

    main(tell_ready)


def _unshare(uid: int, gid: int) -> None:
    kernel.unshare(
        kernel.CLONE_NEWUSER
        | kernel.CLONE_NEWNS
        | kernel.CLONE_NEWPID
        | kernel.CLONE_NEWNET
        | kernel.CLONE_NEWIPC
        | kernel.CLONE_NEWUTS
    )
    kernel.map_identity(inner_uid=STUDENT_UID, inner_gid=STUDENT_UID, outer_uid=uid, outer_gid=gid)
    if os.fork():
        os._exit(0)  # the namespaces begin with the child; the zygote reaps this one


def _confine(spec: BoxSpec, *, keep: set[int]) -> None:
    """Put this process behind everything. What it may still do afterwards, hostile code may do."""
    os.setsid()
    kernel.close_all_but(keep)
    os.environ.update(HOME=spec.home, TMPDIR=spec.home, TORCH_HOME=spec.home, XDG_CACHE_HOME=spec.home)
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write("1000")  # where memory runs out, this is what the kernel ends: not the init, not the platform
    tempfile.tempdir = None  # what the zygote found is not this process's
    work = Path(spec.home) / "work"
    work.mkdir(mode=0o700)
    os.chdir(work)
    if spec.namespaces or os.geteuid() == 0:
        kernel.keep_capabilities(frozenset())
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    own_uid = spec.namespaces or spec.uid is not None
    apply_rlimits(spec.limits, own_uid=own_uid, counted=spec.counted, devices=bool(spec.devices))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if spec.confined:
        _restrict(spec)


def _restrict(spec: BoxSpec) -> None:
    if spec.namespaces:
        readable, shared_memory = ["/etc", "/proc"], ["/dev/shm"]  # noqa: S108
    else:  # the machine's own: of /etc only what everybody may know, of /proc only what is this process's (not its net)
        own = [f"/proc/{os.getpid()}/{name}" for name in _OWN_PROC]
        driver = _DRIVER_PROC if spec.devices else ()
        readable, shared_memory = [*(f"/etc/{name}" for name in ETC_FILES), *own, *driver], []
    devices = [path for path in _DEVICE_FILES if spec.counted or path != "/dev/zero"]  # mapped, it is uncounted memory
    writable = [spec.home, *shared_memory, *devices, *spec.devices]
    landlock.restrict(readable=[*visible_paths(), "/dev/fd", *readable], writable=writable)
    policy = seccomp.Policy(
        unix_sockets=spec.namespaces,
        memfd=spec.counted,
        own_uid=spec.uid is not None,
        devices=bool(spec.devices),
    )
    seccomp.install(policy)
