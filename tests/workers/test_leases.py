"""Heartbeats extend leases; silence loses tries; what becomes of a lost try depends on who is to blame."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from graders.report import Outcome, Report
from tests.workers.conftest import Submit
from workers.messages import Heartbeat
from workers.pools import access, dispatch, leases
from workers.pools.faults import fault
from workers.pools.models import Job, JobState, Node, Worker, WorkerPool
from workers.pools.terms import LEASE, MAX_LOST, MAX_LOST_TIME

LONG_AGO = timezone.now() - timedelta(days=1)


@pytest.fixture
def node(transactional_db: None, broker: object) -> Node:
    node, _password = access.make("anna", pool="cpu")
    return node


def beat(node: Node, name: str, *tries: str, at: datetime, slots: int = 1, replaces: tuple[str, ...] = ()) -> None:
    heartbeat = Heartbeat(worker=name, number=1, slots=slots, tries=tries, device="cpu", rung="toy", replaces=replaces)
    leases.heard(node, heartbeat, at=at)


def settle(*, at: datetime, steady_since: datetime = LONG_AGO) -> None:
    """Take away what nobody has spoken of for a lease."""
    for step in leases.overdue(at=at, steady_since=steady_since):
        step()


def claim(at: datetime) -> list[str]:
    """Give out what can be given out; the tokens."""
    return [claim.token for claim in dispatch.claim(WorkerPool.objects.get(name="cpu"), at=at)]


def test_a_heartbeat_extends_the_lease_and_starts_the_try(node: Node, submit: Submit) -> None:
    job, now, name = submit(), timezone.now(), secrets.token_hex(8)
    beat(node, name, at=now)
    (token,) = claim(now)
    later = now + LEASE / 2
    beat(node, name, token, at=later)
    job.refresh_from_db()
    assert (job.state, job.lease_until) == (JobState.RUNNING, later + LEASE)
    settle(at=now + LEASE * 1.2)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_an_order_that_never_arrived_is_sent_again_and_nobody_is_blamed(node: Node, submit: Submit) -> None:
    job, now, name = submit(), timezone.now(), secrets.token_hex(8)
    beat(node, name, at=now)
    claim(now)
    now += LEASE + timedelta(seconds=1)
    beat(node, name, at=now)  # alive, but does not name the try
    settle(at=now)
    job.refresh_from_db()
    assert (job.state, job.deaths, job.lost, job.lease_until) == (JobState.QUEUED, 0, 1, None)


def die(node: Node, *, at: datetime, jobs: int = 1) -> datetime:
    """A worker takes ``jobs`` jobs, runs them, and is never heard of again; the moment when that is known."""
    name = secrets.token_hex(8)
    beat(node, name, at=at, slots=jobs)
    tokens = claim(at)
    assert len(tokens) == jobs
    beat(node, name, *tokens, at=at, slots=jobs)
    at += LEASE + timedelta(seconds=1)
    settle(at=at)
    return at


def test_a_job_that_outlives_three_workers_alone_is_given_up(
    node: Node, submit: Submit, ended: list[tuple[Job, Report]]
) -> None:
    job, at = submit(), timezone.now()
    for deaths in (1, 2):
        at = die(node, at=at)
        job.refresh_from_db()
        assert (job.state, job.deaths, job.lost) == (JobState.QUEUED, deaths, 0)
    die(node, at=at)
    job.refresh_from_db()
    assert job.state == JobState.GAVE_UP
    assert leases.why_owed(job) == fault("deaths", count=3)
    assert [report.outcome for _, report in ended] == [Outcome.PLATFORM_ERROR]


def test_nobody_is_blamed_when_a_worker_dies_with_several_jobs(node: Node, submit: Submit) -> None:
    both = [submit(), submit()]
    die(node, at=timezone.now(), jobs=2)
    for job in both:
        job.refresh_from_db()
        assert (job.state, job.deaths, job.lost) == (JobState.QUEUED, 0, 1)


def test_a_suspect_job_runs_alone(node: Node, submit: Submit) -> None:
    suspect, now, name = submit(), timezone.now(), secrets.token_hex(8)
    Job.objects.filter(pk=suspect.pk).update(deaths=2)
    other = submit(account="user:2")
    beat(node, name, at=now, slots=2)
    (token,) = claim(now)
    assert Job.objects.get(token=token) == suspect
    assert claim(now) == [], "its worker gets nothing else"
    Job.objects.filter(pk=suspect.pk).update(state=JobState.DONE, lease_until=None)
    (token,) = claim(now)
    assert Job.objects.get(token=token) == other


def test_tries_lost_in_a_gap_of_ours_do_not_count(node: Node, submit: Submit) -> None:
    job, now, name = submit(), timezone.now(), secrets.token_hex(8)
    beat(node, name, at=now)
    (token,) = claim(now)
    beat(node, name, token, at=now)
    gap_ended = now + timedelta(minutes=2)
    settle(at=gap_ended + LEASE, steady_since=gap_ended)
    job.refresh_from_db()
    assert (job.state, job.deaths, job.lost) == (JobState.QUEUED, 0, 1)


def test_a_restarted_node_says_that_its_earlier_worker_is_dead(node: Node, submit: Submit) -> None:
    job, now, earlier = submit(), timezone.now(), secrets.token_hex(8)
    beat(node, earlier, at=now)
    (token,) = claim(now)
    beat(node, earlier, token, at=now)
    beat(node, secrets.token_hex(8), at=now + timedelta(seconds=2), replaces=(earlier,))
    for step in leases.orphans(at=now + timedelta(seconds=2), steady_since=LONG_AGO):
        step()
    job.refresh_from_db()
    assert (job.state, job.deaths) == (JobState.QUEUED, 1), "without waiting for the lease"
    assert Worker.objects.get(name=earlier).gone is not None


def test_no_node_can_bury_another_nodes_worker(node: Node, submit: Submit) -> None:
    job, now, name = submit(), timezone.now(), secrets.token_hex(8)
    beat(node, name, at=now)
    claim(now)
    other, _password = access.make("boris", pool="cpu")
    beat(other, secrets.token_hex(8), at=now, replaces=(name,))
    assert Worker.objects.get(name=name).gone is None
    assert not list(leases.orphans(at=now, steady_since=LONG_AGO))
    job.refresh_from_db()
    assert job.state == JobState.SENT


@pytest.mark.parametrize(("lost", "first"), [(MAX_LOST - 1, timedelta(0)), (1, MAX_LOST_TIME + timedelta(seconds=1))])
def test_tries_lost_without_blame_are_bounded(node: Node, submit: Submit, lost: int, first: timedelta) -> None:
    job, now = submit(), timezone.now()
    beat(node, secrets.token_hex(8), at=now)
    claim(now)
    Job.objects.filter(pk=job.pk).update(lost=lost, first_lost=now - first)
    settle(at=now + LEASE + timedelta(seconds=1))
    job.refresh_from_db()
    assert job.state == JobState.GAVE_UP
    assert leases.why_owed(job) == fault("lost", count=lost + 1)


def test_no_slot_is_booked_twice(node: Node, submit: Submit) -> None:
    for _ in range(5):
        submit()
    now = timezone.now()
    beat(node, secrets.token_hex(8), at=now, slots=2)
    assert len(claim(now)) == 2
    assert claim(now) == []
