"""The whole platform as processes, each kept running by the demo's supervisor, and everything that can befall it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from courseplatform.processes import DISPATCHER, PLATFORM, WEB
from courseplatform.supervisor import Service, Supervisor
from tests.workers.conftest import database_url, free_port
from tests.workers.speaking import Speaking
from workers import keys
from workers.broker import Broker
from workers.pools import access
from workers.pools.models import IN_FLIGHT, Job, JobState, WorkerPool

TOY, REAL = "tests.workers.toy", "workers.node"


class World:
    """Broker, web, dispatcher, platform worker and nodes with a folder of their own; and a liar, who has a password."""

    def __init__(self, folder: Path, supervisor: Supervisor, *, engine: str, nodes: int = 2, slots: int = 2) -> None:
        self.folder, self.supervisor = folder, supervisor
        self.broker = Broker.prepare(folder / "valkey", port=free_port())
        self.port = free_port()
        self.nodes = [f"node-{number}" for number in range(nodes)]
        self.chance = random.Random(4)
        self.log: list[str] = []
        self._stopped: list[tuple[float, int]] = []
        self._engine, self._slots = engine, slots

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        path = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
        platform = {**path, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(self.folder), "REDIS_URL": self.broker.url}
        platform["DATABASE_URL"] = database_url()
        self.supervisor.start(Service(name="valkey", command=self.broker.command(), env=path))
        web = [*WEB, "--host", "127.0.0.1", "--port", str(self.port)]
        for name, command in {"dispatcher": [*DISPATCHER], "platform": [*PLATFORM], "web": web}.items():
            self.supervisor.start(Service(name=name, command=[sys.executable, *command], env=platform))
        for name in self.nodes:
            env = {"GRADUS_NODE_URL": self._node_url(name), "GRADUS_NODE_SLOTS": str(self._slots)}
            env |= {"GRADUS_VAR": str(self.folder)}
            self.supervisor.start(Service(name=name, command=[sys.executable, "-m", self._engine], env=path | env))
        self.liar = Speaking(self._node_url("liar"), "liar")
        WorkerPool.objects.update(canary_minutes=0)

    def _node_url(self, name: str) -> str:
        _node, password = access.make(name, pool="cpu")
        return f"redis://{keys.node_user(name)}:{password}@127.0.0.1:{self.broker.port}/0"

    def wait(self, seconds: float) -> None:
        """Let it run for a while: what died is started again, what was stopped goes on when its time has come."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.supervisor.wait(min(left, 0.1))
            now = time.monotonic()
            for due, process in [each for each in self._stopped if each[0] <= now]:
                self._signal(process, signal.SIGCONT)
                self._stopped.remove((due, process))

    # What can befall it. Each says what it did, for whoever has to understand a failure.

    def befall(self, name: str) -> None:
        happening: Callable[[], None] = getattr(self, f"_{name}")
        self.log.append(f"{time.monotonic():.1f} {name}")
        happening()

    def _node(self) -> None:
        self._kill(self.chance.choice(self.nodes))

    def _dispatcher(self) -> None:
        self._kill("dispatcher")

    def _platform(self) -> None:
        self._kill("platform")

    def _web(self) -> None:
        self._kill("web")

    def _broker(self) -> None:
        self._kill("valkey")

    def _emptied_broker(self) -> None:
        """Killed, and all of its data gone before it is started again."""
        self._kill("valkey")
        shutil.rmtree(self.broker.folder / "appendonlydir", ignore_errors=True)

    def _zygote(self) -> None:
        """A zygote, or the jail around it: its students and examiners end with it."""
        self._kill_one(self._of_a_node(lambda node: [*children(node), *below(children(node))]))

    def _sandbox(self) -> None:
        """A process below those: a student, its init, an examiner or a template."""
        zygotes = self._of_a_node(lambda node: below(children(node)))
        self._kill_one([each for zygote in zygotes for each in descendants(zygote)])

    def _pause(self) -> None:
        """Somebody does not get a processor for some seconds."""
        name = self.chance.choice([*self.nodes, "dispatcher", "web", "valkey"])
        if process := self._process(name):
            self._signal(process, signal.SIGSTOP)
            self._stopped.append((time.monotonic() + self.chance.uniform(1.0, 4.0), process))

    def _database(self) -> None:
        """PostgreSQL cuts all connections; SQLite is held by somebody for a while."""
        if connection.vendor == "sqlite":
            path = str(settings.DATABASES["default"]["NAME"])
            with sqlite3.connect(path, isolation_level=None, timeout=20) as holder:
                holder.execute("BEGIN IMMEDIATE")
                time.sleep(0.8)
                holder.execute("ROLLBACK")
            holder.close()
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def _lies(self) -> None:
        """A node with a password of its own reports every try that runs, and some that have ended, as failed."""
        running = Job.objects.filter(state__in=IN_FLIGHT).values_list("token", flat=True)
        ended = Job.objects.filter(state=JobState.DONE).order_by("-ended").values_list("token", flat=True)[:5]
        try:
            for token in [*running, *ended]:
                self.liar.report(token, score=0)
        except redis.RedisError:
            self.log.append("  nobody heard the lies")

    def _process(self, name: str) -> int | None:
        process = self.supervisor.running[name].process
        return process.pid if process is not None else None

    def _of_a_node(self, chosen: Callable[[int], list[int]]) -> list[int]:
        node = self._process(self.chance.choice(self.nodes))
        return chosen(node) if node is not None else []

    def _kill(self, name: str) -> None:
        if process := self._process(name):
            self._signal(process, signal.SIGKILL)

    def _kill_one(self, processes: list[int]) -> None:
        if processes:
            self._signal(self.chance.choice(processes), signal.SIGKILL)

    @staticmethod
    def _signal(process: int, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def children(process: int) -> list[int]:
    """The processes that this one has started and that live."""
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, path.read_text().split())
    return found


def below(processes: list[int]) -> list[int]:
    return [each for process in processes for each in children(process)]


def descendants(process: int) -> list[int]:
    return [each for child in children(process) for each in (child, *descendants(child))]


def words_of(world: World) -> Iterator[str]:
    """The last lines of each process, for whoever has to understand a failure."""
    for path in sorted((world.folder / "run").glob("*.log")):
        yield f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-30:])
