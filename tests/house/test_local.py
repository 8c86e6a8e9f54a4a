"""What stands in the demo's way is told in a sentence with a remedy, and a node gets none of the platform's secrets."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from courseplatform import local
from courseplatform.supervisor import Supervisor

ROOT = Path(__file__).parents[2]


def test_a_taken_port_is_told_with_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "PORT_PATIENCE_SECONDS", 0.2)
    with socket.socket() as taken:
        taken.bind((local.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(local.CannotRun, match=f"port {port} is taken .* make demo PORT={port + 1}"):
            local.demand_port(port)
    local.demand_port(port)


def test_what_is_no_port_is_told() -> None:
    with pytest.raises(local.CannotRun, match="70000 is no port number"):
        local.demand_port(70000)


def test_a_second_demo_of_one_checkout_names_the_first(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from courseplatform import local\n"
            "with local.only_one(Path(sys.argv[1]), address='http://127.0.0.1:8123'):\n"
            "    print('held', flush=True); input()",
            str(tmp_path),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(local.CannotRun, match=r"runs already: http://127\.0\.0\.1:8123, process \d+"),
            local.only_one(tmp_path, address="http://127.0.0.1:8124"),
        ):
            pass
        holder.communicate(b"\n")
    with local.only_one(tmp_path, address="http://127.0.0.1:8124"):
        pass


def test_a_node_gets_no_secret_of_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of the platform")
    monkeypatch.setenv("GRADUS_EXPECT", "namespaces")
    env = local.node_environment({"PATH": "/bin"}, "redis://node-local:word@127.0.0.1:1/0", tmp_path)
    assert "of the platform" not in env.values()
    assert env["GRADUS_EXPECT"] == "namespaces"
    assert {name for name in env if not name.startswith("GRADUS_")} == {"PATH"}


def test_a_person_may_bring_their_own_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1234/0")
    with Supervisor(tmp_path / "run", cwd=ROOT) as supervisor:
        assert local.start_broker(supervisor, {}, tmp_path) == "redis://127.0.0.1:1234/0"
        assert supervisor.running == {}


def test_the_broker_is_found_from_another_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    with Supervisor(tmp_path / "run", cwd=ROOT) as supervisor:
        url = local.start_broker(supervisor, {"PATH": "/usr/bin"}, tmp_path)
        noted = tmp_path / "valkey" / "url"
        assert noted.read_text() == url
        assert noted.stat().st_mode & 0o077 == 0
