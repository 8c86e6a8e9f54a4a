"""A clock that is set by an hour costs nobody a try, and keeps nobody waiting for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.workers.conftest import Dispatching, Submit, eventually, state_of, wait_until_ended
from tests.workers.speaking import Speaking
from workers.pools import clock, dispatcher
from workers.pools.models import DispatcherLease, Job, JobState, Node, Worker

HOUR = timedelta(hours=1)
Set = Callable[[timedelta], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set this machine's clock, which is SQLite's: a test may not set the machine's own, nor that of a server."""
    if connection.vendor != "sqlite":
        pytest.skip("the clock of a database server is not ours to set")

    class Clock:
        ahead = timedelta()

        @classmethod
        def now(cls) -> datetime:
            return timezone.now() + cls.ahead

    monkeypatch.setattr(clock, "timezone", Clock)
    return lambda by: setattr(Clock, "ahead", Clock.ahead + by)


def ends(job: Job) -> datetime:
    """When the lease of ``job`` ends, by this machine's own clock."""
    lease = Job.objects.values_list("lease_until", flat=True).get(pk=job.pk)
    assert lease is not None
    return lease


def running(anna: Speaking, job: Job) -> str:
    token = anna.order().token
    anna.beat(token)
    eventually(lambda: state_of(job) == JobState.RUNNING)
    return token


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["forward", "back"])
def test_what_runs_goes_on_and_is_charged_for_its_own_time_alone(
    anna: Speaking, submit: Submit, set_clock: Set, by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LEASE", timedelta(seconds=0.5))  # it lets leases lapse from its first second on
    job = submit(max_seconds=60.0)
    token = running(anna, job)
    time.sleep(1.5)
    set_clock(by)
    time.sleep(2.5)
    assert (state_of(job), Worker.objects.get().gone) == (JobState.RUNNING, None)
    anna.report(token)
    wait_until_ended(job)
    job.refresh_from_db()
    assert (job.state, job.try_number, job.deaths, job.lost, job.errors) == (JobState.DONE, 1, 0, 0, 0)
    assert 0 < job.used_seconds < 30
    assert job.report is not None and job.report["seconds"]["queued"] >= 0
    assert Node.objects.get().failures == {}


def test_a_clock_that_is_set_back_keeps_no_dead_worker_alive(
    anna: Speaking, submit: Submit, set_clock: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LEASE", timedelta(seconds=0.5))
    job = submit()
    running(anna, job)
    time.sleep(1.2)
    set_clock(-HOUR)
    eventually(lambda: ends(job) < timezone.now() - HOUR + timedelta(seconds=20))
    Worker.objects.update(last_seen=clock.database_now() - timedelta(minutes=1))  # a minute passes without a word
    eventually(lambda: state_of(job) == JobState.QUEUED, seconds=5)


def test_a_clock_that_was_set_back_while_no_dispatcher_looked_keeps_nobody_waiting(
    dispatcher: Dispatching, submit: Submit, worker: Worker, set_clock: Set
) -> None:
    eventually(DispatcherLease.objects.exists)
    dispatcher.stop()
    ahead = timezone.now() + HOUR
    waiting, held = submit(), submit()
    Job.objects.filter(pk=waiting.pk).update(not_before=ahead)
    Job.objects.filter(pk=held.pk).update(state=JobState.RUNNING, worker=worker, token="0" * 32, lease_until=ahead)
    Worker.objects.update(last_seen=ahead)
    DispatcherLease.objects.create(name="dispatcher", holder="somewhere else", until=ahead)
    again = Dispatching()
    try:
        soon = timezone.now() + timedelta(seconds=25)
        eventually(lambda: ends(held) < soon)
        assert Job.objects.filter(pk=waiting.pk, not_before__lt=soon).exists()
        assert Worker.objects.get().last_seen < soon
    finally:
        again.stop()
