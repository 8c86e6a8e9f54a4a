"""The engine goes on: after cancel, after its zygote's death, with many at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from graders.engine import Engine, EngineUnavailable
from graders.exercise import Exercise
from graders.report import Outcome
from tests.graders.engine.conftest import SOLUTION
from tests.graders.engine.leavings import zygotes
from tests.graders.ordinary_user import ROOT

SLOW = SOLUTION + "\nimport time\ntime.sleep(60)\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=2, rung="namespaces")
    yield opened
    opened.close()


def test_cancel_ends_what_runs(engine: Engine, double: Exercise) -> None:
    started = threading.Event()

    def hear(event: dict[str, object]) -> None:
        if event.get("state") == "running":
            started.set()

    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(engine.grade, double, {"submission.py": SLOW}, key="alice", on_event=hear)
        assert started.wait(10)
        begun = time.monotonic()
        assert engine.cancel("alice")
        report = future.result(10)
    assert report.outcome is Outcome.CANCELLED
    assert time.monotonic() - begun < 2
    assert not engine.cancel("alice")


def test_a_dead_zygote_is_replaced(engine: Engine, double: Exercise) -> None:
    for pid in zygotes():
        os.kill(pid, signal.SIGKILL)
    reports = [engine.grade(double, double.solution_files()) for _ in range(3)]
    assert reports[-1].outcome is Outcome.GRADED
    assert reports[-1].score == 4
    assert {report.outcome for report in reports} <= {Outcome.GRADED, Outcome.PLATFORM_ERROR}


def test_many_at_a_time_do_not_mix(engine: Engine, double: Exercise) -> None:
    wrong = {"submission.py": SOLUTION + "\ndef numbers(): return []\n"}
    work = [double.solution_files() if number % 2 else wrong for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        scores = [report.score for report in threads.map(lambda files: engine.grade(double, files), work)]
    assert scores == [4 if number % 2 else 3 for number in range(12)]


def test_a_regrade_with_the_same_seed_repeats_the_inputs(engine: Engine, double: Exercise) -> None:
    code = SOLUTION + "\n_double = double\ndef double(t):\n    print(t.sum().item())\n    return _double(t)\n"
    first = engine.grade(double, {"submission.py": code})
    again = engine.grade(double, {"submission.py": code}, seed=first.seed)
    other = engine.grade(double, {"submission.py": code})
    assert first.output_withheld == again.output_withheld != other.output_withheld


def test_an_engine_leaves_nothing_behind() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.graders.engine.leavings"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    before, after = (json.loads(line) for line in result.stdout.splitlines())
    assert before["processes"] == after["processes"] == [], result.stderr
    assert before["groups"] == after["groups"] == []
    assert after["descriptors"] <= before["descriptors"]


def test_a_rung_that_must_be_there_and_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_RUNG", "fortress")
    with pytest.raises(EngineUnavailable, match="fortress"):
        Engine()
