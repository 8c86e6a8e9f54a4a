"""Twenty submissions of twenty students, while node, dispatcher and Valkey are killed: none lost, none twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from courseplatform.supervisor import Service, Supervisor
from tests.chaos.dispatching import LEDGER
from tests.workers.conftest import ROOT, bundle, database_url, free_port
from workers import keys
from workers.broker import Broker
from workers.pools import access, jobs, valkey
from workers.pools.models import Job, JobState

__all__ = ["bundle"]  # a fixture of the workers' tests

TOY, REAL = "tests.workers.toy", "workers.node"
ANSWERS = {
    TOY: "sleep 0.7",
    REAL: "import time\n\ndef it():\n    time.sleep(0.5)\n    return True\n",
}
SUBMISSIONS = 20
ROUNDS = 2


@pytest.fixture
def ledger(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {LEDGER} (job integer, account text, outcome text)")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {LEDGER}")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    module: str = request.param
    return module


@pytest.fixture
def everything(tmp_path: Path, settings: Settings, ledger: None, engine: str) -> Iterator[Supervisor]:
    """Valkey, dispatcher and a node with two slots, each kept running."""
    broker = Broker.prepare(tmp_path / "valkey", port=free_port())
    settings.REDIS_URL = broker.url
    valkey.prompt.cache_clear()
    path = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    platform = {**path, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(tmp_path), "REDIS_URL": broker.url}
    _node, password = access.make("anna", pool="cpu")
    node = {
        "GRADUS_NODE_URL": f"redis://{keys.node_user('anna')}:{password}@127.0.0.1:{broker.port}/0",
        "GRADUS_NODE_NAME": "anna",
        "GRADUS_NODE_SLOTS": "2",
        "GRADUS_VAR": str(tmp_path),
    }
    with Supervisor(tmp_path / "run", cwd=ROOT) as supervisor:
        supervisor.start(Service(name="valkey", command=broker.command(), env=path))
        dispatching = [sys.executable, "-m", "tests.chaos.dispatching"]
        database = {"DATABASE_URL": database_url()}
        supervisor.start(Service(name="dispatcher", command=dispatching, env=platform | database))
        supervisor.start(Service(name="node", command=[sys.executable, "-m", engine], env=path | node))
        yield supervisor
        for name in ("dispatcher", "node"):
            shutil.copy(tmp_path / "run" / f"{name}.log", tmp_path / f"{name}.log")
    valkey.prompt.cache_clear()


def kill(supervisor: Supervisor, name: str) -> None:
    process = supervisor.running[name].process
    if isinstance(process, subprocess.Popen):
        process.send_signal(signal.SIGKILL)


def counts() -> dict[str, int]:
    states = Job.objects.values_list("state", flat=True)
    return {state: list(states).count(state) for state in sorted(set(states))}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("engine", [TOY, pytest.param(REAL, marks=pytest.mark.long)], indirect=True)
def test_twenty_submissions_survive_kills_of_every_process(everything: Supervisor, bundle: str, engine: str) -> None:
    chance = random.Random(20)
    for number in range(SUBMISSIONS):
        jobs.enqueue(
            kind="chaos",
            owner=f"chaos:{number}",
            account=f"user:{number}",
            pool="cpu",
            lane="submit",
            bundle=bundle,
            files={"submission.py": ANSWERS[engine]},
            tests="hidden",
        )
    victims = ["node", "dispatcher", "valkey"] * ROUNDS
    deadline = time.monotonic() + 200
    while Job.objects.filter(state=JobState.DONE).count() < SUBMISSIONS:
        assert time.monotonic() < deadline, f"not all were graded in time: {counts()}"
        everything.wait(0.2)
        done = Job.objects.filter(state=JobState.DONE).count()
        if victims and done >= 2 * (3 * ROUNDS - len(victims)) + 1:
            everything.wait(chance.uniform(0.0, 0.6))
            kill(everything, victims.pop(0))
    assert not victims, "all kills happened in the middle of the work"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT account, outcome FROM {LEDGER}")
        rows = cursor.fetchall()
    assert sorted(account for account, _ in rows) == sorted(f"user:{number}" for number in range(SUBMISSIONS))
    assert {outcome for _, outcome in rows} == {"graded"}
