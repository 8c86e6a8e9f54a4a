"""A real Valkey, a real dispatcher in a thread and real node processes, around an engine that does as it is told."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from graders.exercise import Exercise
from graders.report import Report
from tests.workers.speaking import Speaking
from workers import keys
from workers.broker import Broker
from workers.pools import access, bundles, jobs, valkey
from workers.pools.dispatcher import Dispatcher
from workers.pools.models import ENDED, Job, JobState, Node, Worker, WorkerPool

ROOT = Path(__file__).resolve().parents[2]

EXERCISE = """\
title: {en: A toy, zh-hans: 玩具}
points: 10
tests:
  test_it: {points: 10, title: {en: It works, zh-hans: 可以运行}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def eventually(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait until ``condition`` holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        time.sleep(0.02)


def state_of(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def wait_until_running(job: Job) -> None:
    """Until the student runs, not only the lease: a page would show it by now."""
    eventually(lambda: state_of(job) == JobState.RUNNING and valkey.prompt().exists(keys.live(job.pk)))


def wait_until_ended(*waiting: Job, seconds: float = 20.0) -> None:
    eventually(lambda: all(state_of(job) in ENDED for job in waiting), seconds=seconds)


@pytest.fixture(autouse=True)
def _no_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """New pools give workers no trial, so that a test's own jobs come first; tests of trials ask for them."""
    monkeypatch.setattr(WorkerPool._meta.get_field("canary_minutes"), "default", 0)


@pytest.fixture(scope="session")
def running_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker.prepare(tmp_path_factory.mktemp("valkey"), port=free_port())
    process = broker.start()
    yield broker
    process.terminate()
    process.wait(10)


class Valkey:
    """A server of one test's own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.broker = Broker.prepare(folder, port=free_port())
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = self.broker.start()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def lose_everything(self) -> None:
        """Killed, and its data gone."""
        self.kill()
        shutil.rmtree(self.broker.folder / "appendonlydir", ignore_errors=True)


@pytest.fixture
def broker(running_broker: Broker, settings: Settings) -> Iterator[Broker]:
    """An empty Valkey that the site uses."""
    settings.REDIS_URL = running_broker.url
    valkey.prompt.cache_clear()
    valkey.prompt().flushall()
    yield running_broker
    valkey.prompt().close()
    valkey.prompt.cache_clear()


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Valkey]:
    valkey_server = Valkey(tmp_path / "valkey")
    yield valkey_server
    valkey_server.kill()


@pytest.fixture
def platform(broker: Broker) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(broker.url, protocol=2, socket_timeout=5)
    yield client
    client.close()


@pytest.fixture
def ended(transactional_db: None) -> list[tuple[Job, Report]]:
    """What the handler of jobs of kind "test" was told."""
    told: list[tuple[Job, Report]] = []
    jobs.register("test", lambda job, report: told.append((job, report)))
    return told


class Dispatching:
    """A dispatcher in a thread of this process."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher")
        self._thread.start()

    def _run(self) -> None:
        Dispatcher().run(self._stop)
        connection.close()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture
def dispatcher(broker: Broker, transactional_db: None) -> Iterator[Dispatching]:
    dispatching = Dispatching()
    yield dispatching
    dispatching.stop()


class Nodes:
    """Node processes with the toy engine."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self._broker = folder, broker
        self._processes: list[subprocess.Popen[bytes]] = []
        self._passwords: dict[str, str] = {}

    def url(self, name: str, *, pool: str = "cpu") -> str:
        """The URL with which a node connects; the node is made when it is asked for first."""
        if name not in self._passwords:
            _node, self._passwords[name] = access.make(name, pool=pool)
        return f"redis://{keys.node_user(name)}:{self._passwords[name]}@127.0.0.1:{self._broker.port}/0"

    def start(
        self,
        name: str = "anna",
        *,
        slots: int = 1,
        pool: str = "cpu",
        module: str = "tests.workers.toy",
        before: tuple[str, ...] = (),
        **more: str,
    ) -> subprocess.Popen[bytes]:
        """Start a node's process; ``before`` are words before its command, ``more`` its own variables."""
        env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ},
            "GRADUS_NODE_URL": self.url(name, pool=pool),
            "GRADUS_NODE_NAME": name,
            "GRADUS_NODE_SLOTS": str(slots),
            "GRADUS_VAR": str(self.folder),
            **more,
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [*before, sys.executable, "-m", module]
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def stop(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def nodes(broker: Broker, tmp_path: Path, transactional_db: None) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path, broker)
    yield nodes
    nodes.stop()
    if os.environ.get("SHOW_NODE_LOGS"):
        for log in sorted(tmp_path.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text()}")


@pytest.fixture
def bundle(transactional_db: None, tmp_path: Path) -> str:
    folder = tmp_path / "toy-exercise"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(EXERCISE)
    (folder / "test_hidden.py").write_text("def test_it(student):\n    assert student.it()\n")
    (folder / "starter.py").write_text("")
    (folder / "solution.py").write_text("def it():\n    return True\n")
    return bundles.store(Exercise.load(folder).pack())


@pytest.fixture
def worker(transactional_db: None, broker: object) -> Worker:
    """One with two slots, of which only the database knows."""
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    return Worker.objects.create(node=node, name="a" * 16, rung="toy", slots=2, first_seen=now, last_seen=now)


Submit = Callable[..., Job]


@pytest.fixture
def submit(bundle: str, ended: list[tuple[Job, Report]]) -> Submit:
    def submit(
        wish: str = "pass",
        *,
        account: str = "user:1",
        pool: str = "cpu",
        lane: str = "submit",
        bundle: str = bundle,
        seconds: float | None = 5.0,
        **more: Any,
    ) -> Job:
        return jobs.enqueue(
            kind="test",
            owner="test:1",
            account=account,
            pool=pool,
            lane=lane,
            bundle=bundle,
            files={"submission.py": wish},
            tests="hidden",
            prior_seconds=seconds,
            **more,
        )

    return submit


def database_url() -> str:
    """The test database, for other processes."""
    database = django_settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def anna(dispatcher: Dispatching, nodes: Nodes) -> Iterator[Speaking]:
    """A worker by hand, on node anna, that the dispatcher has heard of."""
    yield from _speaking("anna", nodes)


@pytest.fixture
def boris(dispatcher: Dispatching, nodes: Nodes) -> Iterator[Speaking]:
    yield from _speaking("boris", nodes)


def _speaking(name: str, nodes: Nodes) -> Iterator[Speaking]:
    url = nodes.url(name)
    access.grant(valkey.prompt(), Node.objects.filter(name=name))
    worker = Speaking(url, name)
    worker.beat()
    worker.answer()
    yield worker
    worker.client.close()
