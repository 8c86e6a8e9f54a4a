"""The engine's side of a zygote: start it, ask it for sandboxes, end it. ``outside`` has the sandboxes themselves."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from graders import packets

START_SECONDS = 120.0  #: a cold disk may take long to give a runtime

Role = Literal["students", "examiners", "devices", "probe"]


class ZygoteGone(Exception):
    """A zygote refused to start, or has ended."""


class Zygote:
    """One warm parent."""

    def __init__(self, *, role: Role, runtime: str, namespaces: bool, devices: Sequence[tuple[str, str]] = ()) -> None:
        """``devices``: accelerators' files, for the role of that name: where a student sees each, and its source."""
        self.role = role
        self._boxes, self._retired = 0, False
        self._deaf = False  #: it has ended, though its process may still be going
        self._control, theirs = packets.pair()
        self._lock = threading.Lock()
        self._process = _execute(theirs, more=_driver_environment() if role == "devices" else {})
        theirs.close()
        order = {"role": role, "runtime": runtime, "namespaces": namespaces, "devices": list(devices)}
        try:
            packets.send(self._control, order)
            self._control.settimeout(START_SECONDS)
            answer, _ = packets.receive(self._control)
        except (OSError, EOFError) as error:
            self.close()
            raise ZygoteGone(f"the {role} zygote ended while it started: {error}") from error
        if answer.get("event") != "ready":
            self.close()
            raise ZygoteGone(str(answer.get("reason")))
        self.facts = answer

    @property
    def alive(self) -> bool:
        return not self._deaf and self._process.poll() is None

    def spawn(self, order: Mapping[str, Any], descriptors: list[int]) -> None:
        try:
            with self._lock:
                packets.send(self._control, order, descriptors)
        except OSError as error:
            self._deaf = True
            raise ZygoteGone(f"the {self.role} zygote has ended: {error}") from error

    def enter(self) -> None:
        """One more sandbox descends from it."""
        with self._lock:
            self._boxes += 1

    def leave(self) -> None:
        """One of its sandboxes is no more. The last one ends a zygote that has been retired."""
        with self._lock:
            self._boxes -= 1
            last = self._retired and self._boxes == 0
        if last:
            self.close()

    def retire(self) -> None:
        """It gets no new work, and ends with the last of its sandboxes."""
        with self._lock:
            self._retired = True
            unused = self._boxes == 0
        if unused:
            self.close()

    def close(self) -> None:
        """End it; the kernel, or each sandbox's init, ends its descendants."""
        with contextlib.suppress(OSError):  # already gone
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _driver_environment() -> dict[str, str]:
    """What the parent of students on accelerators has besides."""
    found = {
        "CUDA_CACHE_DISABLE": "1",  # it would lock files, and nothing that it keeps outlives a student
        "CUDA_MODULE_LOADING": "LAZY",
        "CUDA_VISIBLE_DEVICES": "",  # the parent sees none, so that no module of it begins with one; each child its own
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # so that asking for a device does not initialise the driver
    }
    if libraries := os.environ.get("LD_LIBRARY_PATH"):  # where some machines have the driver's
        found["LD_LIBRARY_PATH"] = libraries
    return found


def _execute(control: socket.socket, *, more: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter with an environment of a fixed list of names, and one descriptor."""
    root = str(Path(__file__).resolve().parents[1])
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "random",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # Keep what is freed: handing pages back to the kernel costs a fault for each on the next use.
        "MALLOC_TOP_PAD_": str(16 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
        "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "KERAS_BACKEND": "torch",
        "MPLBACKEND": "Agg",
        **more,
    }
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  # os.devnull is no place in a tree
        return subprocess.Popen(
            [sys.executable, "-P", "-s", "-c", "from graders import zygote; zygote.main()", str(control.fileno())],
            env=environment,
            cwd="/",
            stdin=nothing,
            pass_fds=(control.fileno(),),
            start_new_session=True,
        )
