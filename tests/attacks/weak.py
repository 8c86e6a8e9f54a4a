"""A grader as graders should not be: tests, answers, secrets and the submission in one process, next to no sandbox.

``python -m tests.attacks.weak EXERCISE ATTACK…`` prints one JSON line per attack: what it gained there. The suite's
self-test: attacks that stay silent here prove nothing by being silent elsewhere. So that they harm nobody all the same,
the process is in mount, pid, ipc and network namespaces of its own with a private /tmp, and under rlimits.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import resource
import runpy
import select
import signal
import socket
import struct
import sys
import time
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import torch

from graders.sandbox import kernel
from tests.attacks.corpus import Attack, read

SECONDS = 15
_MIB = 1 << 20


def main() -> None:
    exercise, attacks = Path(sys.argv[1]), sys.argv[2:]
    submissions = [(read(Path(path)), Path(path).read_bytes().decode("utf-8", "replace")) for path in attacks]
    kept = {name: (exercise / name).read_text() for name in ("test_hidden.py", "solution.py")}
    _contain()
    place = Path("/tmp/exercise")
    place.mkdir()
    for name, text in kept.items():
        (place / name).write_text(text)
    _listen()
    for attack, text in submissions:
        print(json.dumps(_grade(place, attack, text)), flush=True)


def _contain() -> None:
    torch.set_num_threads(1)  # the one import for all
    uid, gid = os.geteuid(), os.getegid()
    flags = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET
    kernel.unshare(flags if uid == 0 else flags | kernel.CLONE_NEWUSER)
    if uid:
        kernel.map_identity(inner_uid=0, inner_gid=0, outer_uid=uid, outer_gid=gid)
    if child := os.fork():
        _wait_for(child)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    read_only = struct.pack("4Q", kernel.MOUNT_ATTR_RDONLY, 0, 0, 0)
    kernel.call(
        kernel.SYS_MOUNT_SETATTR,
        ctypes.c_int(kernel.AT_FDCWD),
        b"/",
        ctypes.c_uint(kernel.AT_RECURSIVE),
        read_only,
        ctypes.c_size_t(len(read_only)),
    )
    for folder in ("/tmp", "/dev/shm"):
        kernel.mount("tmpfs", folder, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=256m")
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID)
    resource.setrlimit(resource.RLIMIT_AS, (6144 * _MIB, 6144 * _MIB))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * _MIB, 64 * _MIB))
    os.environ["PLATFORM_SECRET"] = "PLATFORM_SECRET_CANARY"


def _wait_for(child: int) -> NoReturn:
    """An attack that traces the grader leaves it stopped when it ends: let it go on."""
    while True:
        _pid, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
        os.kill(child, signal.SIGCONT)


_listeners: list[socket.socket] = []


def _listen() -> None:
    path, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    path.bind("/tmp/canary.sock")
    abstract.bind("\0platform-canary")
    for listener in (path, abstract):
        listener.listen(64)
        _listeners.append(listener)


def _grade(place: Path, attack: Attack, text: str) -> dict[str, Any]:
    """Grade one attack in a child; what it printed and scored is believed, as a weak grader would."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        _run(place, text, writer)
    os.close(writer)
    said = b""
    end = time.monotonic() + SECONDS
    while (left := end - time.monotonic()) > 0 and select.select([reader], [], [], left)[0]:
        if not (piece := os.read(reader, 65536)):
            break
        said += piece[: 4 * _MIB - len(said)]
    os.close(reader)
    os.kill(-1, signal.SIGKILL)  # as pid 1: the attack, and whatever it left
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0)[0]:
            pass
    words = said.decode("utf-8", "replace")
    scored = words.rpartition("\nSCORE ")[2].strip()
    gained = scored.isdigit() and int(scored) > 0 and "0" in attack.scores
    breach = "BREACH:" in words or "STOLEN" in words or "HIDDEN INPUT" in words
    return {"attack": attack.name, "breach": breach, "gained": gained, "words": words[-300:]}


def _run(place: Path, text: str, writer: int) -> NoReturn:
    os.setsid()
    os.dup2(writer, 1)
    os.dup2(writer, 2)
    os.close(writer)
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.chdir(place)
    (place / "submission.py").write_text(text, errors="replace")
    sys.path.insert(0, str(place))
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), line_buffering=True, errors="replace")
    score = 0
    try:
        tests = runpy.run_path("test_hidden.py")
        student = SimpleNamespace(**runpy.run_path("submission.py"))
        for name, test in list(tests.items()):
            if name.startswith("test_"):
                with contextlib.suppress(Exception):
                    test(student)
                    score += 1
    except Exception:
        traceback.print_exc(file=sys.stdout)
    print(f"\nSCORE {score}", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
