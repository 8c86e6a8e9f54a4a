"""The node's process: its parts put together, and its life from start to a quiet end."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery, signals

from workers import keys
from workers.messages import Device
from workers.node.bundles import BundleCache
from workers.node.check import ALIVE
from workers.node.config import ConfigInvalid, NodeConfig
from workers.node.devices import Devices, Reading
from workers.node.engine import GradingEngine, NoEngine
from workers.node.files import private_folder, write_whole
from workers.node.grading import Grader
from workers.node.link import Link, connect
from workers.node.outbox import Outbox
from workers.node.tries import Tries
from workers.transport import settings_for

log = logging.getLogger(__name__)


MakeEngine = Callable[[NodeConfig], GradingEngine]


def run(config: NodeConfig, make_engine: MakeEngine) -> None:
    """Serve until a signal says stop. Call it in the main thread: the engine starts its processes from there.

    Without an engine the node stays up and says why it cannot grade, since a machine that is silent tells nobody.
    """
    private_folder(config.folder)
    with _alone(config.folder):
        engine: GradingEngine | None = None
        reasons: tuple[str, ...] = ()
        try:
            engine = make_engine(config)
        except NoEngine as error:
            reasons = error.reasons
            log.error("this machine cannot grade: %s", error)
        try:
            _serve(config, engine, reasons)
        finally:
            if engine is not None:
                engine.close()


def _serve(config: NodeConfig, engine: GradingEngine | None, reasons: tuple[str, ...]) -> None:
    client, tries, devices = connect(config.url), Tries(), Devices()
    link = Link(
        client,
        config.name,
        tries=tries,
        outbox=Outbox(config.folder / "outbox"),
        describe=lambda: _facts(engine, reasons, devices.read(), data=config.data),
        cancel=engine.cancel if engine is not None else lambda _key: False,
        replaces=_earlier_workers(config.folder),
        alive=config.folder / ALIVE,
    )
    _remember_worker(config.folder, link.worker)
    bundles = BundleCache(config.folder / "bundles", connect(config.url), ask=link.ask_for)
    grader = None
    if engine is not None:
        grader = Grader(engine, bundles=bundles, link=link, tries=tries, devices=devices)
    app = _celery(config, grader)
    shutting_down = _on_shutdown(link)
    link.start()
    try:
        app.Worker(
            hostname=f"{link.worker}@{config.name}",
            pool="threads",
            concurrency=max(1, int(engine.state()["slots"]) if engine is not None else 1),
            queues=[keys.worker_queue(link.worker)],
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            loglevel=logging.INFO,
        ).start()
    finally:
        signals.worker_shutting_down.disconnect(shutting_down)
        link.close()
        if grader is not None:
            grader.close()
        devices.close()
        app.close()


def _celery(config: NodeConfig, grader: Grader | None) -> Celery:
    app = Celery(f"node-{config.name}", set_as_current=True)
    app.conf.update(settings_for(config.url, prefix=keys.node_prefix(config.name)))
    app.conf.worker_consumer = "workers.node.consumer:Consumer"
    if grader is not None:
        app.task(grader.take, name=keys.GRADE_TASK)
    return app


def _on_shutdown(link: Link) -> Callable[..., None]:
    def shutting_down(**_facts: object) -> None:
        link.leave()

    signals.worker_shutting_down.connect(shutting_down, weak=False)
    return shutting_down


def _facts(
    engine: GradingEngine | None, reasons: tuple[str, ...], reading: Reading, *, data: tuple[str, ...]
) -> dict[str, Any]:
    """What a heartbeat says of this machine."""
    seen = {"devices": tuple(Device.parse(device) for device in reading.devices), "data": data}
    drivers = {"driver": reading.driver[:200], "cuda": reading.cuda[:200]} if reading.devices else {}
    if engine is None:
        told = tuple(reason[:2000] for reason in reasons[:20])
        return {"slots": 0, "device": "cpu", "rung": "", "reasons": told, "versions": drivers, **seen}
    state = engine.state()
    versions = {name: str(state.get(name, ""))[:200] for name in ("engine", "python", "torch", "memory_limit")}
    return {
        "slots": int(state["slots"]),
        "device": str(state["device"])[:16],
        "rung": str(state["isolation"])[:32],
        "runtimes": tuple(state["runtimes"]),
        "versions": versions | drivers,
        "reasons": tuple(f"{name}: {why}"[:2000] for name, why in state.get("out_of_service", {}).items())[:20],
        **seen,
    }


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the node's folder: of two processes with one outbox neither could say which tries are whose."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigInvalid(f"another node works in {folder}; give this one a name of its own") from None
    try:
        yield
    finally:
        os.close(descriptor)


def _earlier_workers(folder: Path) -> tuple[str, ...]:
    """Workers of this folder that ended without a word. We hold its lock, so they are surely dead, and their students
    with them: the platform need not wait for their leases."""
    try:
        names = json.loads((folder / "workers.json").read_text())
    except (FileNotFoundError, ValueError):
        return ()
    return tuple(str(name) for name in names[-16:])


def _remember_worker(folder: Path, worker: str) -> None:
    names = [*_earlier_workers(folder), worker][-16:]
    write_whole(folder / "workers.json", json.dumps(names).encode())
