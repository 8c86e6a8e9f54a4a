"""The jail of a zygote: the part of the machine that it and all its descendants can see.

User (when not root), mount, pid, network, ipc and uts namespaces; a root of its own with a read-only view of the
interpreter, the libraries and this package; no network; no other process. The zygote is pid 1 of it, so that its end
is the end of all its descendants, by the kernel.
"""

from __future__ import annotations

import functools
import os
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from graders.sandbox import kernel

#: Where the new root is put together: every machine has it, and nothing that we show lies below it.
_SCAFFOLD = "/sys"
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types")
_DEVICES = ("null", "zero", "full", "random", "urandom")
STUDENT_UID = 1000

ETC_FILES = {
    "passwd": f"root:x:0:0::/:/usr/sbin/nologin\nstudent:x:{STUDENT_UID}:{STUDENT_UID}::/tmp:/usr/sbin/nologin\n",
    "group": f"root:x:0:\nstudent:x:{STUDENT_UID}:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


@functools.cache
def visible_paths() -> tuple[str, ...]:
    """What of the machine a sandbox may read: interpreter, environment, libraries, this package."""
    package = Path(__file__).resolve().parents[1]
    interpreter = [sys.base_prefix, sys.prefix]
    candidates = [
        *_SYSTEM,
        *_SYSTEM_FILES,
        *interpreter,
        *(os.path.realpath(path) for path in interpreter),
        str(package),
    ]
    paths = list(dict.fromkeys(path for path in candidates if Path(path).exists()))
    return tuple(path for path in paths if not any(_below(path, other) for other in paths if other != path))


def hidden_from_others() -> str:
    """The first folder that keeps other users from the interpreter or this package; empty if none does."""
    for path in visible_paths():
        for folder in (Path(path), *Path(path).parents):
            if folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH:
                return str(folder)
    return ""


def accelerator_files() -> list[str]:
    """The accelerators' device files that lie below /dev here."""
    return [str(path) for path in sorted(Path("/dev").glob("nvidia*/*")) if not path.is_dir()] + [
        str(path) for path in sorted(Path("/dev").glob("nvidia*")) if not path.is_dir()
    ]


def enter(devices: Sequence[tuple[str, str]] = ()) -> None:
    """Put this process into a new jail, as its pid 1. Call it early, with one thread.

    The calling process forks: the child returns, the parent waits for it and exits as it did.

    Args:
        devices: accelerators' files that it shows besides: where, and which one of the machine's it is.

    Raises:
        OSError: the machine refuses a part of it; the message says which.
    """
    root = os.geteuid() == 0
    uid, gid = os.geteuid(), os.getegid()
    flags = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    kernel.unshare(flags if root else flags | kernel.CLONE_NEWUSER)
    if not root:
        kernel.map_identity(inner_uid=0, inner_gid=0, outer_uid=uid, outer_gid=gid)
    child = os.fork()
    if child:
        _wait_as_shadow(child)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    _build_root(devices)
    kernel.set_hostname("gradus")
    if root:
        kernel.keep_capabilities(frozenset({kernel.CAP_SETUID, kernel.CAP_SETGID, kernel.CAP_KILL}))


def _wait_as_shadow(child: int) -> None:
    """Be the process that the engine sees: hold nothing, and end as the zygote ends."""
    kernel.close_all_but({2})
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _build_root(devices: Sequence[tuple[str, str]]) -> None:
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    paths = visible_paths()
    kernel.mount("tmpfs", _SCAFFOLD, "tmpfs", kernel.MS_NOSUID, "mode=755,size=1m")
    for folder in ("/proc", "/tmp", "/dev", "/dev/shm", "/etc"):  # noqa: S108  # of the new root, not of the machine
        Path(_SCAFFOLD + folder).mkdir(parents=True, exist_ok=True)
    # For the zygote alone, while it imports: each sandbox covers it with a private one.
    kernel.mount("tmpfs", _SCAFFOLD + "/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=711,size=16m")  # noqa: S108
    for path in paths:
        _show(path)
    for path, source in (*((f"/dev/{name}", f"/dev/{name}") for name in _DEVICES), *devices):
        place = Path(_SCAFFOLD + path)
        place.parent.mkdir(exist_ok=True)
        place.touch()
        kernel.mount(source, str(place), None, kernel.MS_BIND)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        Path(f"{_SCAFFOLD}/dev/{name}").symlink_to(f"/proc/self/fd{target}")
    for name, text in ETC_FILES.items():
        made = Path(f"{_SCAFFOLD}/etc/{name}")
        made.write_text(text)
        made.chmod(0o644)  # whatever the umask of who started us
    kernel.mount("proc", _SCAFFOLD + "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    kernel.pivot_into(_SCAFFOLD)
    kernel.protect_mount("/", recursive=False)


def _show(path: str) -> None:
    target = Path(_SCAFFOLD + path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    if path in _SYSTEM and Path(path).is_symlink():  # /lib -> usr/lib
        target.symlink_to(Path(path).readlink())
        return
    if stat.S_ISDIR(Path(path).stat().st_mode):
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    kernel.mount(path, str(target), None, kernel.MS_BIND | kernel.MS_REC)
    kernel.protect_mount(str(target), recursive=True)


def _below(path: str, other: str) -> bool:
    return path.startswith(other.rstrip("/") + "/") and not Path(path).is_symlink()
