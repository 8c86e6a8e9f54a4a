"""The whole platform on one machine, as `make demo` runs it: which processes, in which environments and order."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from courseplatform.processes import DISPATCHER, NODE, PLATFORM, WEB
from courseplatform.supervisor import Service, Supervisor
from workers.broker import Broker, BrokerUnavailable

HOST = "127.0.0.1"
NODE_NAME = "local"
#: What a process of ours may take from the person's own environment. A node gets these and its own, nothing else.
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
#: Settings of a node that a person may give to the demo.
NODE_SETTINGS = (
    *("GRADUS_NODE_SLOTS", "GRADUS_NODE_RUNTIMES", "GRADUS_NODE_DEVICES", "GRADUS_NODE_CONTEXTS"),
    *("GRADUS_EXPECT", "GRADUS_RUNG", "GRADUS_UNSAFE"),
)
#: Where the embedded broker listens if nobody else does.
BROKER_PORT = 6399
BROKER_PATIENCE_SECONDS = 15.0
#: How long a process of an earlier run, killed with its supervisor, may still hold the port.
PORT_PATIENCE_SECONDS = 3.0
#: After this long the terminal says what is missing; before, everything is still starting.
SILENT_SECONDS = 15.0


class CannotRun(Exception):
    """The demo cannot start; the message says why and what to do."""


def run(*, port: int, root: Path, var: Path) -> None:
    """Run everything until a signal ends it."""
    with only_one(var / "run", address=f"http://{HOST}:{port}"):
        demand_port(port)
        base = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONUNBUFFERED": "1"}
        with Supervisor(var / "run", cwd=root, say=say) as supervisor:
            url = start_broker(supervisor, base, var)
            platform = platform_environment(url, var)
            node_url = prepare(supervisor, platform)
            supervisor.start(
                Service(name="node", command=[sys.executable, *NODE], env=node_environment(base, node_url, var))
            )
            for name, command in {"dispatcher": DISPATCHER, "platform": PLATFORM}.items():
                supervisor.start(Service(name=name, command=[sys.executable, *command], env=platform))
            web = [sys.executable, *WEB, "--host", HOST, "--port", str(port)]
            supervisor.start(Service(name="web", command=web, env=platform))
            watch(supervisor, f"http://{HOST}:{port}")
            say("Ending …")


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def only_one(folder: Path, *, address: str) -> Iterator[None]:
    """Hold the lock of this checkout's demo; the kernel lets it go with us, however we end."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"a demo of this checkout runs already: {lock.read().strip()}. Open it, or end it with Ctrl-C there."
            ) from None
        lock.truncate(0)
        lock.write(f"{address}, process {os.getpid()}\n")
        lock.flush()
        yield


def demand_port(port: int) -> None:
    """Raise a sentence where another program listens on the port."""
    until = time.monotonic() + PORT_PATIENCE_SECONDS
    while True:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, port))
                return
        except OverflowError:
            raise CannotRun(f"{port} is no port number; pick one from 1024 to 65535") from None
        except PermissionError:
            raise CannotRun(f"port {port} is only for root; pick one from 1024 on: make demo PORT=8000") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise CannotRun(
                    f"port {port} is taken by another program. Pick another one: make demo PORT={port + 1}"
                ) from None
        time.sleep(0.1)


def start_broker(supervisor: Supervisor, base: Mapping[str, str], var: Path) -> str:
    """Valkey for this machine alone, unless the person has one; gives the address at which the platform reaches it."""
    if url := os.environ.get("REDIS_URL"):
        return url
    try:
        broker = Broker.prepare(var / "valkey", port=free_port(BROKER_PORT))
        supervisor.start(Service(name="valkey", command=broker.command(), env=base))
    except BrokerUnavailable as reason:
        raise CannotRun(str(reason)) from None
    until = time.monotonic() + BROKER_PATIENCE_SECONDS
    while not broker.answers():
        if supervisor.wait(0.05):
            raise KeyboardInterrupt
        if time.monotonic() > until:
            raise CannotRun(f"Valkey does not answer on port {broker.port}; see {supervisor.folder / 'valkey.log'}")
    note = var / "valkey" / "url"
    note.touch(mode=0o600)
    note.write_text(broker.url)  # where `manage.py` finds it from another terminal
    return broker.url


def free_port(wanted: int) -> int:
    """The wanted port, or one that is free."""
    for port in (wanted, 0):
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, port))
                return int(probe.getsockname()[1])
        except OSError:
            continue
    raise CannotRun("no port is free on the loopback interface")


def platform_environment(broker_url: str, var: Path) -> dict[str, str]:
    """The person's own environment, so that every setting can be tried, with the demo's defaults."""
    return {**os.environ, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(var), "REDIS_URL": broker_url, "PYTHONUNBUFFERED": "1"}


def node_environment(base: Mapping[str, str], node_url: str, var: Path) -> dict[str, str]:
    """What a grading machine knows: no database, no secret key, and of the broker only its own user."""
    given = {name: os.environ[name] for name in NODE_SETTINGS if name in os.environ}
    slots = str(max(2, (os.cpu_count() or 2) // 2))  # one of them stays free for learners
    own = {"GRADUS_NODE_URL": node_url, "GRADUS_NODE_NAME": NODE_NAME, "GRADUS_VAR": str(var / "nodes")}
    return {"GRADUS_NODE_SLOTS": slots, **base, **given, **own}


def prepare(supervisor: Supervisor, env: Mapping[str, str]) -> str:
    """Bring the database and the accounts up to date; gives the address at which the node reaches the broker."""
    status, told = supervisor.run([sys.executable, "manage.py", "seed_demo"], env)
    say(told.rstrip())
    if status != 0:
        raise CannotRun("the demo's content could not be prepared; the lines above say what is wrong")
    status, told = supervisor.run([sys.executable, "manage.py", "create_node", NODE_NAME, "--new-password"], env)
    if status != 0 or not told.strip():
        raise CannotRun("the grading node could not be registered; the lines above say what is wrong")
    return told.split()[-1]


def watch(supervisor: Supervisor, address: str) -> None:
    """Say when the platform is ready, or what it waits for; then keep it running."""
    started = time.monotonic()
    told, ready = "", False
    while not supervisor.wait(1.0 if ready else 0.25):
        if ready:
            continue
        missing = what_is_missing(address)
        waited = time.monotonic() - started
        if not missing:
            ready = True
            say(f"\nGradus is ready after {waited:.0f} s: {address}\nCtrl-C ends it. Logs: {supervisor.folder}")
        elif missing != told and waited > SILENT_SECONDS:
            told = missing
            say(f"Not ready yet. {missing}")


def what_is_missing(address: str) -> str:
    """What /readyz says is missing, with its remedies; nothing where a submission can be graded."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2.0):  # noqa: S310 (our own address)
            return ""
    except urllib.error.HTTPError as error:
        with error:
            reasons = json.load(error).get("reasons", []) if error.code == 503 else []
        words = [f"{reason['missing']} {reason['remedy']}" for reason in reasons]
        return " ".join(words) or f"The web process answers with {error.code}."
    except OSError as error:
        return f"The web process does not answer: {error}."
