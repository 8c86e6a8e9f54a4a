"""The warm parent of one runtime: imports it once, then forks sandboxes on request.

Two of them run for each runtime: one that students descend from and one that examiners descend from, exec'd apart so
that a hostile process does not know the examiner's address layout. Where a machine has accelerators, students on them
descend from a third, in whose jail alone their files are. A zygote never holds tests, submissions or tokens, and never
a context on a device: a child could not use it.
It computes with one thread only, and before its first fork: with two, every child would hang at its first parallel
operation (OpenMP's threads do not survive a fork).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import platform
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from graders import packets
from graders.runtimes import RUNTIMES
from graders.sandbox import box, jail, kernel
from graders.sandbox.limits import BoxSpec

#: What each role imports before the first fork, besides its runtime's own.
IMPORTS: Mapping[str, tuple[str, ...]] = {
    "students": ("torch.utils.data", "graders.inside.serve"),
    "examiners": ("torch.testing", "graders.examiner.template"),
    "devices": ("torch.utils.data", "graders.inside.serve"),
}


def main() -> NoReturn:
    """What ``control`` executes; the argument is the number of the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    order, _ = packets.receive(control)
    try:
        if order["namespaces"]:
            jail.enter([(path, source) for path, source in order["devices"]])
        facts = _prepare(order["role"], order["runtime"])
    except Exception as error:
        packets.send(control, {"event": "refused", "reason": f"{type(error).__name__}: {error}"})
        raise
    packets.send(control, {"event": "ready", **facts})
    _serve(control)


def _prepare(role: str, runtime: str) -> dict[str, Any]:
    if role == "probe":  # nothing to import: it is asked only whether a sandbox can be built
        return {}
    begun, spec = time.monotonic(), RUNTIMES[runtime]
    thresholds = gc.get_threshold()
    gc.set_threshold(*thresholds[:2], 1000)  # modules stay: looking through all of them is a fifth of the time
    modules = [importlib.import_module(name) for name in (*spec.warm, *IMPORTS[role])]
    torch = sys.modules["torch"]
    torch.set_num_threads(1)
    importlib.import_module("graders.inside.warm").warm_up()
    if torch.cuda.is_initialized():
        raise RuntimeError("a module of the runtime has touched a device; no child could use one any more")
    del modules
    gc.collect()
    gc.freeze()
    gc.set_threshold(*thresholds)
    kernel.gather_pages()
    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "versions": spec.versions(),
        "seconds": time.monotonic() - begun,
    }


def _serve(control: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    control.settimeout(0.5)
    while True:
        _reap()
        try:
            order, descriptors = packets.receive(control)
        except TimeoutError:
            continue
        except (EOFError, OSError):
            os._exit(0)  # as pid 1 of the jail, this ends everything in it
        if os.fork() == 0:
            _become(order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap() -> None:
    """Collect children and, as pid 1 of the jail, orphans; who they were matters to nobody here."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(order: Mapping[str, Any], descriptors: list[int]) -> NoReturn:
    """Turn this fresh child into the sandbox that the engine asked for."""
    try:
        status, output, channel, *rest = descriptors
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        spec = BoxSpec.from_dict(order["spec"])
        mains: dict[str, Callable[[Callable[[], None]], NoReturn]] = {
            "student": lambda ready: _student(ready, channel, order),
            "template": lambda ready: _template(ready, channel, rest[0], order),
            "probe": _probe,
        }
        box.enter(
            spec,
            status=socket.socket(fileno=status),
            output=output,
            keep={channel, *rest},
            main=mains[order["main"]],
        )
    except BaseException:  # the outermost frame of this process: say why, then end as the failure that it is
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)


def _student(ready: Callable[[], None], channel: int, order: Mapping[str, Any]) -> NoReturn:
    serve, wanted = sys.modules["graders.inside.serve"].serve, order.get("device")
    if order["warm"]:
        sys.modules["graders.inside.warm"].warm_up()
    # The whole sandbox stands: the driver's threads begin inside it.
    device = sys.modules["graders.inside.device"].opened(**wanted) if wanted else None
    gc.disable()  # until the code has come: it is short, and the collector would copy shared pages
    call = socket.socket(fileno=channel)
    ready()
    serve(call, device)
    os._exit(0)


def _probe(ready: Callable[[], None]) -> NoReturn:
    """Try from the inside that what must be closed is closed."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        ready()
        while True:  # its init would else find it ended, on a busy machine before it has heard that it is ready
            signal.pause()
    raise RuntimeError("the system-call filter lets network sockets pass")


def _template(ready: Callable[[], None], channel: int, archive: int, order: Mapping[str, Any]) -> NoReturn:
    bundle = importlib.import_module("graders.bundle")
    template = sys.modules["graders.examiner.template"]
    kind = order["settings"]["kind"]
    own = importlib.import_module(f"graders.examiner.{kind}").Template if kind != "module" else None
    folder = Path.cwd() / "exercise"
    with os.fdopen(archive, "rb") as file:
        bundle.unpack(file.read(), into=folder)
    (folder / "tests.json").write_text(json.dumps(order["settings"]))
    ready()
    template.main(socket.socket(fileno=channel), folder, order["test_file"], own)
    os._exit(0)
