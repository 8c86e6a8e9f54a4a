"""Every job ends: each state has a bound, what passes it ends or is owed, and administrators are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from graders.report import Outcome, Report
from tests.workers.conftest import Submit
from workers.pools import access, changes, dispatch, jobs, leases
from workers.pools.alerts import alerts
from workers.pools.faults import said
from workers.pools.models import DispatcherLease, Job, JobState, Node, Worker, WorkerPool
from workers.pools.positions import position
from workers.pools.terms import LEASE, LONG_QUEUED, MAX_QUEUED

NOW = timezone.now()
Ended = list[tuple[Job, Report]]


@pytest.fixture
def worker(transactional_db: None, broker: object) -> Worker:
    DispatcherLease.objects.create(name="dispatcher", holder="x", until=NOW + timedelta(days=30))
    node, _password = access.make("anna", pool="cpu")
    far = NOW + timedelta(days=10)
    return Worker.objects.create(node=node, name="a" * 16, rung="toy", first_seen=NOW, last_seen=far)


def kinds(*, at: object = NOW) -> list[str]:
    return [alert.kind for alert in alerts(at=at)]  # type: ignore[arg-type]


def test_a_try_that_runs_longer_than_it_may_is_taken_away(worker: Worker, submit: Submit, ended: Ended) -> None:
    job = submit(max_seconds=60)
    at = NOW
    for _ in range(4):
        assert dispatch.claim(WorkerPool.objects.get(), at=at)
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started=at)
        assert not list(leases.overlong(at=at + timedelta(seconds=59)))
        at += timedelta(seconds=61)
        for step in leases.overlong(at=at):
            step()
        assert Job.objects.get(pk=job.pk).lease_until is None, (
            "the slot is free, and the worker is told by its next answer"
        )
        at += timedelta(minutes=1)
    job.refresh_from_db()
    assert job.state == JobState.GAVE_UP
    assert [report.outcome for _, report in ended] == [Outcome.PLATFORM_ERROR]


def test_what_nobody_takes_for_days_is_given_up_and_owed(
    transactional_db: None, broker: object, submit: Submit, ended: Ended
) -> None:
    job = submit(pool="gpu")
    Job.objects.update(created=NOW)
    assert "unserved" in kinds()
    for step in leases.overlong(at=NOW + MAX_QUEUED - timedelta(minutes=1)):
        step()
    assert not ended
    for step in leases.overlong(at=NOW + MAX_QUEUED + timedelta(minutes=1)):
        step()
    assert [(told.pk, report.outcome) for told, report in ended] == [(job.pk, Outcome.PLATFORM_ERROR)]
    assert "owed" in kinds()


def test_what_is_owed_is_queued_again_with_one_change(worker: Worker, submit: Submit) -> None:
    heard = []
    jobs.register(
        "test",
        lambda job, report: heard.append(f"ended {report.outcome}"),
        reopened=lambda job: heard.append("reopened"),
    )
    job = submit()
    dispatch.claim(WorkerPool.objects.get(), at=NOW)
    job.refresh_from_db()
    leases.give_up(job, "three workers died")
    assert "owed" in kinds()
    assert changes.requeue(job, actor="user:1")
    assert not changes.requeue(job, actor="user:1")
    assert "owed" not in kinds()
    job.refresh_from_db()
    assert (job.state, job.report, job.deaths, job.errors) == (JobState.QUEUED, None, 0, 0)
    assert dispatch.claim(WorkerPool.objects.get(), at=NOW)
    assert heard == ["ended platform_error", "reopened"]


def test_administrators_hear_of_what_waits_too_long_is_stuck_or_shut_out(worker: Worker, submit: Submit) -> None:
    assert kinds() == []
    job = submit()
    Job.objects.update(created=NOW)
    assert kinds(at=NOW + LONG_QUEUED + timedelta(minutes=1)) == ["overdue"]
    Job.objects.filter(pk=job.pk).update(state=JobState.SENT, lease_until=NOW - 2 * LEASE)
    assert kinds() == ["stuck"]
    changes.quarantine(Node.objects.get(), said("it smells of smoke"), actor="user:1")
    DispatcherLease.objects.all().delete()
    texts = [alert.text for alert in alerts(at=NOW)]
    assert [alert.kind for alert in alerts(at=NOW)] == ["dispatcher", "stuck", "quarantined"]
    assert texts[2] == "The node anna is quarantined: it smells of smoke"


def test_a_page_says_since_when_nobody_is_there(worker: Worker, submit: Submit) -> None:
    job = submit()
    seen = timezone.localtime().replace(hour=14, minute=2, second=0, microsecond=0)
    Worker.objects.update(gone=NOW)
    WorkerPool.objects.update(served=seen)
    reason = position(Job.objects.select_related("pool").get(pk=job.pk)).reason
    assert reason == "No worker of pool cpu is online since 14:02."
