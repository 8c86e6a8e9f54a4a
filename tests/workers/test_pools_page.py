"""The page of the pools, for administrators."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.accounts.models import User
from workers.pools import access
from workers.pools.models import Job, JobState, Lane, PoolState, Worker, WorkerPool

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(db: None) -> WorkerPool:
    """A pool with a worker at work, one that cannot grade, one that is gone, and three jobs that wait."""
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    facts = {"node": node, "first_seen": now, "last_seen": now}
    busy = Worker.objects.create(name="a" * 16, rung="namespaces", versions={"torch": "2.13.0"}, slots=2, **facts)
    Worker.objects.create(name="b" * 16, rung="", reasons=["no user namespaces: enable them"], **facts)
    Worker.objects.create(name="c" * 16, rung="namespaces", gone=now, **facts)
    row = {"kind": "x", "owner": "x", "account": "user:7", "pool": node.pool, "files": {}, "tests": "hidden"}
    Job.objects.create(lane=Lane.SUBMIT, state=JobState.RUNNING, worker=busy, lease_until=now, try_number=1, **row)
    for lane in (Lane.SUBMIT, Lane.SUBMIT, Lane.RUN):
        Job.objects.create(lane=lane, **row)
    Job.objects.filter(state=JobState.QUEUED).update(created=now - timedelta(seconds=90))
    return node.pool


def test_it_shows_queue_workers_and_what_runs(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    text = client.get("/pools/").content.decode()
    facts = ("submit 2", "run 1", "torch 2.13.0", "user:7", "no user namespaces", "cannot grade", "gone")
    for expected in facts:
        assert expected in text
    assert re.search(r"\b9\d s", text), "the longest wait"


def test_htmx_gets_only_the_part_that_changes(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    text = client.get("/pools/", headers={"HX-Request": "true"}).content.decode()
    assert "submit 2" in text
    assert "<html" not in text


def test_without_a_pool_it_says_how_to_start_a_node(client: Client, dave: User) -> None:
    client.force_login(dave)
    assert "manage.py create_node" in client.get("/pools/").content.decode()


@pytest.mark.parametrize("path", ["/pools/", "/pools/cpu/pause/", "/pools/cpu/resume/"])
def test_strangers_do_not_learn_of_it(client: Client, alice: User, pool: WorkerPool, path: str) -> None:
    ask = client.post if "resume" in path else client.get
    assert ask(path).status_code == 404
    client.force_login(alice)
    assert ask(path).status_code == 404
    assert WorkerPool.objects.get().state == PoolState.ON


def test_pausing_asks_first_and_resuming_does_not(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    assert "Pause the pool cpu?" in client.get("/pools/cpu/pause/").content.decode()
    assert WorkerPool.objects.get().state == PoolState.ON
    assert client.post("/pools/cpu/pause/", follow=True).status_code == 200
    assert WorkerPool.objects.get().state == PoolState.PAUSED
    assert client.get("/pools/cpu/resume/").status_code == 405
    client.post("/pools/cpu/resume/")
    assert WorkerPool.objects.get().state == PoolState.ON


def test_an_unknown_pool_is_not_found(client: Client, dave: User) -> None:
    client.force_login(dave)
    assert client.get("/pools/none/pause/").status_code == 404


def test_the_page_is_chinese_for_chinese_readers(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    text = client.get("/pools/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "最长等待" in text
    assert "Longest wait" not in text
