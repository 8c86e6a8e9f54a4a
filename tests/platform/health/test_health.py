"""/healthz and /readyz, against a real Valkey."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.courses.api.test_submissions import add_worker
from tests.workers.conftest import broker, free_port, running_broker  # noqa: F401  # fixtures
from workers.broker import Broker
from workers.pools import valkey
from workers.pools.models import DispatcherLease, PoolState, Worker, WorkerPool

pytestmark = pytest.mark.django_db


def readiness(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


@pytest.fixture
def ready(broker: Broker) -> Worker:  # noqa: F811  # the fixture above
    """Everything that grading needs."""
    DispatcherLease.objects.create(name="d", holder="h", until=timezone.now() + timedelta(minutes=1))
    return add_worker()


def test_a_process_that_answers_is_alive(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_means_that_a_submission_can_be_graded(ready: Worker, client: Client) -> None:
    assert readiness(client) == (200, {"ready": True, "reasons": []})


def test_without_a_node_it_is_not_ready_and_says_what_to_do(ready: Worker, client: Client) -> None:
    Worker.objects.all().delete()
    status, body = readiness(client)
    assert status == 503
    assert body["reasons"][0]["missing"] == "No grading node is connected."
    assert "python -m workers.node" in body["reasons"][0]["remedy"]


def test_a_silent_worker_does_not_count(ready: Worker, client: Client) -> None:
    Worker.objects.update(last_seen=timezone.now() - timedelta(minutes=10))
    assert readiness(client)[0] == 503


def test_a_worker_without_isolation_is_named_with_its_reasons(ready: Worker, client: Client) -> None:
    Worker.objects.update(rung="", reasons=["user namespaces are refused"])
    status, body = readiness(client)
    assert status == 503
    assert "user namespaces are refused" in body["reasons"][0]["missing"]
    assert "doctor" in body["reasons"][0]["remedy"]


def test_a_paused_pool_is_named(ready: Worker, client: Client) -> None:
    WorkerPool.objects.update(state=PoolState.PAUSED)
    status, body = readiness(client)
    assert status == 503
    assert body["reasons"][0]["missing"] == "The pool cpu is paused."


def test_without_a_dispatcher_it_is_not_ready(ready: Worker, client: Client) -> None:
    DispatcherLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    status, body = readiness(client)
    assert status == 503
    assert "dispatcher" in body["reasons"][0]["missing"]


def test_without_a_broker_it_is_not_ready(ready: Worker, client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    valkey.prompt.cache_clear()
    status, body = readiness(client)
    assert status == 503
    assert "Valkey" in body["reasons"][0]["missing"]
