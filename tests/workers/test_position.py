"""Where a job stands in the queue, said as an interval."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workers.conftest import Submit
from workers.pools import access
from workers.pools.models import Job, JobState, Worker
from workers.pools.positions import position


@pytest.fixture
def worker(transactional_db: None, broker: object) -> Worker:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    return Worker.objects.create(node=node, name="a" * 16, rung="toy", slots=2, first_seen=now, last_seen=now)


def test_with_a_free_slot_it_starts_at_once(worker: Worker, submit: Submit) -> None:
    place = position(submit())
    assert (place.ahead, place.earliest_seconds, place.reason) == (0, 0.0, "")
    assert place.latest_seconds is not None
    assert place.latest_seconds <= 1


def test_who_is_ahead_and_what_runs_make_the_interval(worker: Worker, submit: Submit) -> None:
    now = timezone.now()
    for _ in range(2):
        running = submit(seconds=30)
        Job.objects.filter(pk=running.pk).update(
            state=JobState.RUNNING, worker=worker, sent=now - timedelta(seconds=10), lease_until=now
        )
    submit(account="user:2", seconds=10)
    place = position(submit(account="user:3", seconds=10))
    assert place.ahead == 1
    assert place.earliest_seconds is not None
    assert place.latest_seconds is not None
    assert 5 < place.earliest_seconds < 25 < place.latest_seconds < 100


def test_the_order_of_the_position_is_the_order_of_starting(worker: Worker, submit: Submit) -> None:
    flood = [submit(account="user:1") for _ in range(5)]
    late = submit(account="user:2")
    assert position(late).ahead == 1
    assert position(flood[-1]).ahead == 5
