"""``manage.py create_node`` lets a machine in and shows its password once."""

from __future__ import annotations

import hashlib
from io import StringIO

import pytest
import redis
from django.core.management import CommandError, call_command

from workers.broker import Broker
from workers.pools.models import Node, WorkerPool

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    output = StringIO()
    call_command("create_node", *arguments, stdout=output)
    return output.getvalue().strip()


def test_it_prints_a_url_with_which_the_node_connects(broker: Broker) -> None:
    url = create("anna")
    with redis.Redis.from_url(url) as client:
        client.xadd("gr:node:anna:out", {"m": "x"})
    password = url.removeprefix("redis://node-anna:").rpartition("@")[0]
    node = Node.objects.get(name="anna")
    assert node.password_sha256 == hashlib.sha256(password.encode()).hexdigest()
    assert node.pool == WorkerPool.objects.get(name="cpu")


def test_a_node_that_exists_needs_a_word_for_a_new_password(broker: Broker) -> None:
    first = create("anna")
    with pytest.raises(CommandError, match="--new-password"):
        create("anna")
    assert create("anna", "--new-password", "--pool", "gpu") != first
    assert Node.objects.get(name="anna").pool.name == "gpu"


@pytest.mark.parametrize("name", ["Anna", "a*", "../x", "", "a" * 49, "a:b", "a\n"])
def test_a_name_that_could_reach_other_keys_is_refused(broker: Broker, name: str) -> None:
    with pytest.raises(CommandError, match="cannot name a node"):
        create("--", name)


def test_the_url_may_name_the_broker_as_the_node_sees_it(broker: Broker) -> None:
    assert create("anna", "--url", "redis://valkey.internal:6379/0").endswith("@valkey.internal:6379/0")
