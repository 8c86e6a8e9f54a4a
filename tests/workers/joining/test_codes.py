"""A code is good for one machine, once, for half an hour; and nobody but an administrator gets one."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import redis
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from tests.workers.conftest import broker, running_broker
from workers.audit.models import AuditEvent
from workers.broker import Broker
from workers.joining import codes
from workers.joining.models import JoinCode
from workers.pools.models import Node, WorkerPool

__all__ = ["broker", "running_broker"]  # fixtures
pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(broker: Broker, db: None) -> WorkerPool:
    return WorkerPool.objects.create(name="cpu")


def join(client: Client, code: str, **extra: str) -> tuple[int, dict[str, str]]:
    body = json.dumps({"code": code})
    response = client.post("/nodes/join/", body, content_type="application/json", headers=extra)
    return response.status_code, response.json()


def test_an_administrator_gets_a_code_and_a_machine_uses_it_up(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    assert 'value="cpu-1"' in client.get("/pools/cpu/add-machine/").content.decode()
    shown = client.post("/pools/cpu/add-machine/", {"name": "anna"}).content.decode()
    found = re.search(r'<strong id="code">([\w-]+)<', shown)
    assert found
    assert f"scripts/bootstrap.py node --url http://testserver --code {found[1]}" in shown
    assert found[1].replace("-", "") not in json.dumps(list(JoinCode.objects.values("digest", "node"))), "only its hash"
    status, told = join(Client(), found[1].lower())
    assert (status, told["name"]) == (200, "anna")
    with redis.Redis.from_url(told["url"]) as own:
        own.xadd("gr:node:anna:out", {"m": "x"})
        with pytest.raises(redis.exceptions.NoPermissionError):
            own.get("gr:node:boris:out")
    assert join(Client(), found[1])[0] == 403
    actions = list(AuditEvent.objects.order_by("id").values_list("actor_name", "action", "subject"))
    assert actions == [("dave", "node.invite", "node:anna"), ("a machine with a code", "node.join", "node:anna")]


def test_a_code_that_is_old_or_wrong_is_refused_with_the_remedy(pool: WorkerPool) -> None:
    code = codes.issue(pool, node="anna", actor="user:1")
    JoinCode.objects.update(expires=timezone.now() - timedelta(seconds=1))
    for wrong in (code, "", "AAAAAA-AAAAAA-AAAAAA-AAAAAA", "\udcff", "拾级"):
        status, told = join(Client(), wrong)
        assert status == 403
        assert "Make a new one" in told["detail"]
    assert not Node.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b'{"code"' + b" " * 5000])
def test_what_is_no_request_is_refused(client: Client, db: None, body: bytes) -> None:
    assert client.post("/nodes/join/", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("name", ["Anna", "../x", "a*", "-a", "x" * 49, "taken", "promised"])
def test_a_name_that_no_machine_can_have_is_refused(client: Client, dave: User, pool: WorkerPool, name: str) -> None:
    Node.objects.create(name="taken", pool=pool)
    codes.issue(pool, node="promised", actor="user:1")
    client.force_login(dave)
    response = client.post("/pools/cpu/add-machine/", {"name": name})
    assert response.status_code == 400
    assert "name" in response.content.decode()
    assert JoinCode.objects.count() == 1


def test_a_broker_that_only_this_machine_reaches_is_not_told_to_others(
    client: Client, pool: WorkerPool, settings: Settings
) -> None:
    code = codes.issue(pool, node="anna", actor="user:1")
    status, told = join(Client(REMOTE_ADDR="192.0.2.7"), code)
    assert status == 403
    assert "NODE_REDIS_URL" in told["detail"]
    settings.NODE_REDIS_URL = "rediss://platform:secret@valkey.example.org:6380/0"
    status, told = join(Client(REMOTE_ADDR="192.0.2.7"), code)
    assert status == 200, "the refusal did not use the code up"
    assert re.fullmatch(r"rediss://node-anna:[\w-]+@valkey\.example\.org:6380/0", told["url"])


@pytest.mark.parametrize("ask", ["get", "post"])
def test_strangers_do_not_learn_of_it(client: Client, alice: User, pool: WorkerPool, ask: str) -> None:
    for _ in range(2):
        assert getattr(client, ask)("/pools/cpu/add-machine/", {"name": "x"}).status_code == 404
        client.force_login(alice)
    assert not JoinCode.objects.exists()
