"""A job goes where its needs are met; where nobody has them, its page says which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.workers.conftest import Submit
from workers.pools import access, changes, dispatch
from workers.pools.models import Job, Worker, WorkerPool
from workers.pools.positions import position

NOW = timezone.now()


def worker(node: str, **facts: Any) -> Worker:
    row, _password = access.make(node, pool="gpu")
    later = NOW + timedelta(days=1)
    about = {"slots": 2, "device": "cuda:0", "rung": "toy", "runtimes": ["torch"], **facts}
    return Worker.objects.create(node=row, name=f"{len(node):016x}", first_seen=NOW, last_seen=later, **about)


def places() -> dict[int, str]:
    """Which job goes to which node."""
    claims = dispatch.claim(WorkerPool.objects.get(name="gpu"), at=NOW)
    return {claim.job: claim.worker.node.name for claim in claims}


@pytest.mark.parametrize(
    ("needs", "has", "reason"),
    [
        ({"device": "cuda"}, {"device": "cpu"}, "No worker of pool gpu has a GPU."),
        ({"runtime": "keras"}, {"runtimes": ["torch"]}, "No worker of pool gpu has the runtime keras."),
        ({"data": ["wiki"]}, {"data": ["poems"]}, "No worker of pool gpu has the data set wiki."),
        (
            {"device": "cuda", "memory_mb": 24_000},
            {"free_mb": 8_000},
            "No worker of pool gpu has 24000 MB of free device memory.",
        ),
    ],
)
def test_what_no_worker_has_is_a_reason_and_what_one_has_goes_there(
    broker: object, submit: Submit, needs: dict[str, Any], has: dict[str, Any], reason: str
) -> None:
    worker("anna", **has)
    job = submit(pool="gpu", **needs)
    modest = submit(pool="gpu", account="user:2")
    assert places() == {modest.pk: "anna"}
    assert position(Job.objects.get(pk=job.pk)).reason == reason
    lacking = {"runtimes": ["torch", "keras"], "data": ["wiki"], "free_mb": 40_000}
    worker("boris", **lacking)
    assert places() == {job.pk: "boris"}


def test_a_job_goes_to_another_node_than_where_it_failed(broker: object, submit: Submit) -> None:
    worker("anna")
    worker("boris", slots=1)
    job = submit(pool="gpu")
    Job.objects.filter(pk=job.pk).update(avoid=["anna"])
    assert places() == {job.pk: "boris"}
    again = submit(pool="gpu")
    Job.objects.filter(pk=again.pk).update(avoid=["anna"])
    assert places() == {}, "boris is busy and will be free"
    Worker.objects.filter(node__name="boris").update(gone=NOW)
    assert places() == {again.pk: "anna"}, "its last resort"


def test_a_draining_node_gets_nothing_new_and_a_drained_pool_is_paused(broker: object, submit: Submit) -> None:
    anna = worker("anna").node
    assert changes.drain(anna, actor="user:1")
    assert not changes.drain(anna, actor="user:1"), "it was so already"
    job = submit(pool="gpu")
    assert places() == {}
    assert position(Job.objects.get(pk=job.pk)).reason == "No worker of pool gpu can take work at the moment."
    assert changes.resume(anna, actor="user:1")
    assert places() == {job.pk: "anna"}


def test_a_node_gets_no_more_at_once_than_it_may(broker: object, submit: Submit) -> None:
    node = worker("anna", slots=4).node
    assert changes.change_slots(node, 1, actor="user:1")
    for number in range(3):
        submit(pool="gpu", account=f"user:{number}")
    assert len(places()) == 1
    assert places() == {}


def test_a_suspect_waits_for_a_worker_of_its_own_and_gets_one(broker: object, submit: Submit) -> None:
    worker("anna", slots=2)
    running = submit(pool="gpu")
    assert len(places()) == 1
    suspect = submit(pool="gpu", account="user:2")
    Job.objects.filter(pk=suspect.pk).update(deaths=2)
    submit(pool="gpu", account="user:3")
    assert places() == {}, "the worker runs empty for it; whoever comes later does not fill it up again"
    Job.objects.filter(pk=running.pk).update(lease_until=None)
    assert places() == {suspect.pk: "anna"}
