"""The embedded Valkey: private, remembered, and refusing whoever has no password."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import redis

from tests.workers.conftest import Valkey, free_port
from workers.broker import Broker, BrokerUnavailable
from workers.pools import valkey


def test_nobody_else_can_read_its_files(tmp_path: Path) -> None:
    broker = Broker.prepare(tmp_path / "valkey", port=free_port())
    assert stat.S_IMODE(broker.folder.stat().st_mode) == 0o700
    for path in broker.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert broker.password not in (broker.folder / "users.acl").read_text(), "only its hash"
    assert all(broker.password not in word for word in broker.command())


def test_it_keeps_password_and_data_over_a_kill(own_valkey: Valkey) -> None:
    client = redis.Redis.from_url(own_valkey.broker.url)
    client.set("kept", "yes")
    valkey.command(client, "WAITAOF", "1", "0", "3000")
    own_valkey.kill()
    again = Broker.prepare(own_valkey.broker.folder, port=own_valkey.broker.port)
    assert again == own_valkey.broker
    own_valkey.start()
    assert client.get("kept") == b"yes"
    client.close()


def test_it_evicts_nothing_and_takes_no_stranger(own_valkey: Valkey) -> None:
    with redis.Redis.from_url(own_valkey.broker.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    stranger = redis.Redis(port=own_valkey.broker.port, username="default", password="wrong")
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_taken_port_is_said(own_valkey: Valkey, tmp_path: Path) -> None:
    second = Broker.prepare(tmp_path / "second", port=own_valkey.broker.port)
    with pytest.raises(BrokerUnavailable, match=str(own_valkey.broker.port)):
        second.start()
