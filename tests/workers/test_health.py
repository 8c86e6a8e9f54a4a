"""Workers are tried before they get students' work; one that fails is out of service before anybody notices."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from graders.report import Outcome, Report
from tests.workers.conftest import Dispatching, Nodes, Submit, eventually, state_of, wait_until_ended
from workers.pools import access, changes, health, leases, recording
from workers.pools.faults import said, worded
from workers.pools.models import Health, Job, JobState, Node, Worker, WorkerPool
from workers.ungraded import ungraded

Ended = list[tuple[Job, Report]]


@pytest.fixture
def trials(transactional_db: None) -> None:
    """A pool that tries its workers."""
    WorkerPool.objects.create(name="cpu", canary_minutes=30)


def test_a_worker_that_joins_is_tried_first(
    trials: None, dispatcher: Dispatching, nodes: Nodes, submit: Submit
) -> None:
    job = submit()
    nodes.start()
    wait_until_ended(job)
    trial = Job.objects.get(kind=health.KIND)
    assert (trial.state, trial.report and trial.report["score"]) == (JobState.DONE, 1)
    job.refresh_from_db()
    assert job.sent is not None
    assert trial.ended is not None
    assert job.sent >= trial.ended
    assert Worker.objects.get().health == Health.OK


def test_a_worker_that_fails_every_job_is_out_of_service_and_no_student_sees_it(
    trials: None, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start("broken", slots=2, TOY_FAULT="all")
    eventually(lambda: Node.objects.get().quarantined)
    assert "Its trial on torch ended with “platform error”" in worded(Node.objects.get().quarantine_reason)
    waiting = [submit(account=f"user:{number}") for number in range(6)]
    time.sleep(0.6)
    assert {state_of(job) for job in waiting} == {JobState.QUEUED}
    nodes.start("sound", slots=2)
    wait_until_ended(*waiting)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 6
    assert {job.try_number for job, _ in ended} == {1}, "the broken one never had any of them"


def test_a_worker_that_passes_its_trial_and_fails_students_is_out_after_three(
    trials: None, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start("broken", TOY_FAULT="students")
    eventually(lambda: Worker.objects.filter(health=Health.OK).exists())
    waiting = [submit(account=f"user:{number}") for number in range(5)]
    eventually(lambda: Node.objects.get(name="broken").quarantined, seconds=40)
    assert sum(Job.objects.filter(kind="test").values_list("try_number", flat=True)) == 3
    assert not ended
    assert set(Job.objects.filter(kind="test").values_list("errors", flat=True)) == {0}, "nobody is blamed"
    nodes.start("sound")
    wait_until_ended(*waiting, seconds=40)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 5


def test_it_is_out_as_well_if_all_three_are_one_students(
    trials: None,
    dispatcher: Dispatching,
    nodes: Nodes,
    submit: Submit,
    ended: Ended,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The node has graded before: it is tried with that, and found out; the student's job waits for a sound one."""
    monkeypatch.setattr(leases, "ERROR_PAUSES", (timedelta(seconds=0.1),) * 3)
    node = nodes.start("turning")
    before = submit(account="user:1")
    wait_until_ended(before, seconds=40)
    node.terminate()
    node.wait(20)
    nodes.start("turning", TOY_FAULT="students")
    only = submit(account="user:2")
    eventually(lambda: Node.objects.get().quarantined, seconds=60)
    assert "what was graded before" in worded(Node.objects.get().quarantine_reason)
    assert Job.objects.filter(kind=health.KIND, state=JobState.GAVE_UP).exists()
    assert not Job.objects.owed().exists(), "a trial is nobody's grade"
    only.refresh_from_db()
    assert (only.state, only.try_number, only.errors) == (JobState.QUEUED, 3, 0)
    nodes.start("sound")
    wait_until_ended(only, seconds=40)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 2, "nobody hears of the trial"


def test_a_quarantined_node_stays_so_through_a_restart_until_it_is_released(
    trials: None, dispatcher: Dispatching, nodes: Nodes, submit: Submit
) -> None:
    nodes.url("anna")
    node = Node.objects.get()
    assert changes.quarantine(node, said("it smells of smoke"), actor="user:1")
    nodes.start()
    eventually(lambda: Worker.objects.filter(health=Health.QUARANTINED).exists())
    job = submit()
    time.sleep(0.6)
    assert state_of(job) == JobState.QUEUED
    assert not Job.objects.filter(kind=health.KIND).exists()
    node.refresh_from_db()
    assert changes.release(node, actor="user:1")
    wait_until_ended(job)
    assert Job.objects.filter(kind=health.KIND, state=JobState.DONE).exists(), "it was tried again first"


def test_one_student_whose_jobs_fail_everywhere_quarantines_no_healthy_node(
    trials: None, broker: object, submit: Submit
) -> None:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    worker = Worker.objects.create(node=node, name="a" * 16, rung="toy", first_seen=now, last_seen=now)
    good = submit("def it(): ...", account="alice")
    report = ungraded(Outcome.GRADED, "")
    assert recording.end(good.pk, state=JobState.DONE, report=report, from_states=[JobState.QUEUED])
    for _ in range(5):
        health.failed(submit(account="mallory"), node, at=now)
    node.refresh_from_db()
    worker.refresh_from_db()
    assert node.quarantined is None
    assert worker.health == Health.CANARY, "but it is tried before it gets more"
    health.hold_trials(at=now)
    trial = Job.objects.get(kind=health.KIND)
    assert trial.files == good.files, "with what was graded before"
    assert recording.end(trial.pk, state=JobState.DONE, report=report, from_states=[JobState.QUEUED])
    node.refresh_from_db()
    worker.refresh_from_db()
    assert (worker.health, node.failures, node.quarantined) == (Health.OK, {}, None)


def test_where_nothing_was_graded_yet_a_node_on_which_three_tries_fail_is_quarantined(
    trials: None, broker: object, submit: Submit
) -> None:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    Worker.objects.create(node=node, name="a" * 16, rung="toy", first_seen=now, last_seen=now)
    job = submit(account="alice")
    for number in range(3):
        assert Node.objects.get().quarantined is None
        job.try_number = number
        health.failed(job, node, at=now)
    assert Node.objects.get().quarantined


def test_a_healthy_worker_is_tried_again_from_time_to_time(trials: None, broker: object) -> None:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    facts = {"rung": "toy", "first_seen": now, "last_seen": now}
    worker = Worker.objects.create(node=node, name="a" * 16, canary_at=now + timedelta(minutes=30), **facts)
    health.hold_trials(at=now)
    assert not Job.objects.exists()
    health.hold_trials(at=now + timedelta(minutes=31))
    worker.refresh_from_db()
    assert Job.objects.get().pinned == worker
    assert worker.health == Health.OK, "it works meanwhile"


def test_the_trial_of_a_worker_that_is_gone_is_forgotten(trials: None, broker: object) -> None:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    facts = {"rung": "toy", "first_seen": now, "last_seen": now, "health": Health.CANARY}
    worker = Worker.objects.create(node=node, name="a" * 16, **facts)
    health.hold_trials(at=now)
    health.hold_trials(at=now + timedelta(seconds=1))
    assert Job.objects.get().state == JobState.QUEUED, "one is enough"
    Worker.objects.filter(pk=worker.pk).update(gone=now)
    health.hold_trials(at=now)
    assert Job.objects.get().state == JobState.CANCELLED
