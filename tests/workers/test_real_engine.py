"""The whole way with the engine that isolates: ``python -m workers.node``, as it runs on a grading machine."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from graders.exercise import Exercise
from graders.report import Outcome, Report
from tests.workers.conftest import Dispatching, Nodes, eventually, wait_until_ended
from workers.pools import bundles, health, jobs
from workers.pools.models import Health, Job, Worker, WorkerPool

Ended = list[tuple[Job, Report]]

EXERCISE = """\
title: {en: Softmax}
points: 2
tests:
  test_rows_sum_to_one: {points: 2, title: {en: Rows sum to one}}
"""
HIDDEN = """\
import torch

def test_rows_sum_to_one(student):
    torch.testing.assert_close(student.softmax(torch.randn(4, 5)).sum(-1), torch.ones(4))
"""
RIGHT = "import torch\n\ndef softmax(x):\n    print('hello')\n    return torch.softmax(x, -1)\n"
ENDLESS = "def softmax(x):\n    while True:\n        pass\n"


@pytest.fixture
def softmax(transactional_db: None, tmp_path: Path) -> str:
    folder = tmp_path / "softmax"
    folder.mkdir()
    files = {"exercise.yaml": EXERCISE, "test_hidden.py": HIDDEN, "solution.py": RIGHT, "starter.py": ""}
    for name, text in files.items():
        (folder / name).write_text(text)
    return bundles.store(Exercise.load(folder).pack())


@pytest.fixture
def real_node(dispatcher: Dispatching, nodes: Nodes) -> None:
    """A node with the engine, in a pool that tries its workers."""
    WorkerPool.objects.create(name="cpu", canary_minutes=30)
    nodes.start(module="workers.node")
    eventually(Worker.objects.exists, seconds=60)
    worker = Worker.objects.get()
    if not worker.rung:
        reasons = f"this machine cannot isolate: {worker.reasons}"
        pytest.fail(reasons) if os.environ.get("CI") else pytest.skip(reasons)
    eventually(lambda: Worker.objects.get().health == Health.OK, seconds=60)
    trial = Job.objects.get(kind=health.KIND)
    assert (trial.try_number, trial.report and trial.report["score"]) == (1, 1)


def submit(bundle: str, text: str) -> Job:
    return jobs.enqueue(
        kind="test",
        owner="test:1",
        account="user:1",
        pool="cpu",
        lane="submit",
        bundle=bundle,
        files={"submission.py": text},
        tests="hidden",
    )


def test_submissions_are_graded_in_the_sandbox(real_node: None, nodes: Nodes, softmax: str, ended: Ended) -> None:
    times = []
    for _ in range(10):
        began = time.monotonic()
        wait_until_ended(submit(softmax, RIGHT), seconds=60)
        times.append(time.monotonic() - began)
    assert [(report.outcome, report.score) for _, report in ended] == [(Outcome.GRADED, 2)] * 10
    assert ended[0][1].provenance.isolation
    lines = (nodes.folder / "anna.log").read_text().splitlines()
    sandboxes = {
        job.pk: [line for line in lines if "graders.seat" in line and f"job={job.pk}" in line] for job, _ in ended
    }
    assert {len(told) for told in sandboxes.values()} == {1}, "each job's number stands beside the sandbox that had it"
    print(f"enqueue to recorded: median {sorted(times)[5] * 1000:.0f} ms, first {times[0] * 1000:.0f} ms")


def test_cancelling_ends_the_sandboxed_student(real_node: None, softmax: str, ended: Ended) -> None:
    endless = submit(softmax, ENDLESS)
    eventually(lambda: Job.objects.get(pk=endless.pk).state == "running", seconds=60)
    jobs.cancel(endless.pk)
    following = submit(softmax, RIGHT)
    wait_until_ended(following, seconds=8)
    assert [report.outcome for _, report in ended] == [Outcome.CANCELLED, Outcome.GRADED]
