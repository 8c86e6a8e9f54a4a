"""What becomes of the queue tonight, and the levers beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.workers.conftest import Submit
from workers.pools import access, changes
from workers.pools.faults import said
from workers.pools.forecast import forecast
from workers.pools.models import Job, Lane, PoolState, Worker, WorkerPool

NOW = timezone.now()
Told = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def pool(transactional_db: None, broker: object) -> WorkerPool:
    node, _password = access.make("anna", pool="cpu")
    far = NOW + timedelta(days=1)
    Worker.objects.create(node=node, name="a" * 16, rung="toy", slots=2, first_seen=NOW, last_seen=far)
    return node.pool


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What whoever keeps a record of changes hears."""
    heard: Told = []
    listeners = [lambda actor, action, _subject, details: heard.append((actor, action, details))]
    monkeypatch.setattr(changes, "_listeners", listeners)
    return heard


def waiting(submit: Submit, count: int, **more: Any) -> list[Job]:
    """Jobs that have waited since long before anybody measured who comes."""
    rows = [submit(account=f"user:{number}", **more) for number in range(count)]
    Job.objects.filter(pk__in=[row.pk for row in rows]).update(created=NOW - timedelta(hours=2))
    return rows


def test_it_says_when_the_queue_is_empty(pool: WorkerPool, submit: Submit) -> None:
    waiting(submit, 40, seconds=60)
    found = forecast(pool, at=NOW)
    assert (found.waiting, found.slots, found.coming, found.grows) == (40, 2, 0.0, False)
    assert found.empty_at == NOW + timedelta(seconds=40 * 60 / 2)


def test_it_counts_what_is_due_and_what_starts_too_late(pool: WorkerPool, submit: Submit) -> None:
    due = NOW + timedelta(seconds=600)
    waiting(submit, 12, seconds=120, due=due, group="cohort:1")
    waiting(submit, 5, seconds=120)
    (row,) = forecast(pool, at=NOW).due
    assert (row.due, row.group, row.count) == (due, "cohort:1", 12)
    assert row.after == 1, "two at a time, two minutes each: the twelfth has eleven before it"


def test_who_keeps_coming_is_reckoned_with_until_the_deadline(pool: WorkerPool, submit: Submit) -> None:
    due = NOW + timedelta(hours=1)
    waiting(submit, 10, seconds=60, due=due, group="cohort:1")
    for number in range(90):  # within the last half hour: 90 minutes of work, for three slots
        submit(account=f"late:{number}", seconds=60)
    Job.objects.filter(account__startswith="late").update(state="done", ended=NOW)
    found = forecast(pool, at=NOW)
    assert found.coming == pytest.approx(3.0)
    assert found.grows
    assert found.empty_at == due + timedelta(seconds=(600 + 3600) / 2), "then nobody comes any more"


def test_background_work_can_wait(pool: WorkerPool, submit: Submit, told: Told) -> None:
    waiting(submit, 10, seconds=60)
    waiting(submit, 20, seconds=60, lane="regrade")
    found = forecast(pool, at=NOW)
    assert found.empty_at == NOW + timedelta(minutes=15)
    assert found.empty_without_background == NOW + timedelta(minutes=5)
    assert changes.close_lanes(pool, [Lane.REGRADE, Lane.CHECK], actor="user:1")
    pool.refresh_from_db()
    assert forecast(pool, at=NOW).empty_at == NOW + timedelta(minutes=5)
    assert told == [("user:1", "close_lanes", {"lanes_before": [], "lanes": [3, 4]})]


def test_a_pool_that_nobody_serves_has_no_end(pool: WorkerPool, submit: Submit) -> None:
    waiting(submit, 3)
    WorkerPool.objects.update(state=PoolState.PAUSED)
    pool.refresh_from_db()
    found = forecast(pool, at=NOW)
    assert (found.slots, found.empty_at, found.waiting) == (0, None, 3)


def test_another_pool_takes_every_second_job_in_the_same_order(pool: WorkerPool, submit: Submit, told: Told) -> None:
    other = WorkerPool.objects.create(name="spare", clocks={"1": 100.0})
    rows = waiting(submit, 5)
    assert changes.share_queue(pool, other, actor="user:1") == 2
    moved = Job.objects.filter(pool=other).order_by("tag", "id")
    assert [job.pk for job in moved] == [rows[1].pk, rows[3].pk]
    assert moved[0].tag == 100.0, "as if it had just come there"
    assert told == [("user:1", "share_queue", {"to": "spare", "jobs": 2})]
    assert changes.share_queue(pool, other, actor="user:1", whole=True) == 3
    assert not Job.objects.filter(pool=pool).exists(), "a pool whose machines are gone is emptied at once"


def test_each_change_is_told_once_and_one_that_changes_nothing_is_not(pool: WorkerPool, told: Told) -> None:
    node = pool.nodes.get()
    for _ in range(2):
        changes.pause(pool, actor="a")
    for _ in range(2):
        changes.quarantine(node, said("it smells of smoke"), actor="b")
    node.refresh_from_db()
    for _ in range(2):
        changes.release(node, actor="c")
    for _ in range(2):
        changes.change_limit(pool, "hourly_each", 5, actor="d")
        pool.refresh_from_db()
    assert [(actor, action) for actor, action, _ in told] == [
        ("a", "pause"),
        ("b", "quarantine"),
        ("c", "release"),
        ("d", "change_limit"),
    ]
