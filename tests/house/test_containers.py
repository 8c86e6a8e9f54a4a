"""The compose file and the seccomp profile hold what the documents promise of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import timezone

from courseplatform import processes
from tests.workers.conftest import broker, database_url, eventually, running_broker
from workers.broker import Broker
from workers.node import check
from workers.pools.models import DispatcherLease

__all__ = ["broker", "running_broker"]  # fixtures

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
NODES = ("node-cpu", "node-gpu")


def test_all_processes_are_there() -> None:
    assert set(SERVICES) == {"migrate", "web", "platform", "dispatcher", "postgres", "valkey", *NODES}
    assert SERVICES["node-gpu"]["profiles"] == ["gpu"]
    assert "profiles" not in SERVICES["node-cpu"]


def test_the_containers_run_the_same_commands_as_the_demo() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    stages = {
        name: json.loads(command)
        for name, command in re.findall(r"^FROM base AS (\w+)$.*?^CMD (\[.*?\])$", dockerfile, re.M | re.S)
    }
    assert tuple(stages["web"][1 : 1 + len(processes.WEB)]) == processes.WEB
    assert stages["node"] == ["python", *processes.NODE]
    assert SERVICES["platform"]["command"] == ["python", *processes.PLATFORM]
    assert SERVICES["dispatcher"]["command"] == ["python", *processes.DISPATCHER]


def test_there_is_no_default_password() -> None:
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        uses = re.findall(r"\$\{" + name + r"([^}]*)\}", TEXT)
        assert uses
        assert set(uses) == {":?set it in .env"}


@pytest.mark.parametrize("name", NODES)
def test_a_node_gets_no_secret_and_no_database(name: str) -> None:
    node = SERVICES[name]
    assert {name for name in node["environment"] if not name.startswith("GRADUS_")} == {"LOG_JSON"}
    assert node["networks"] == ["nodes"]
    assert "postgres" not in node["depends_on"]
    assert [other for other in SERVICES if "nodes" in SERVICES[other]["networks"]] == ["valkey", *NODES]


@pytest.mark.parametrize("name", ["migrate", "web", "platform", "dispatcher", *NODES])
def test_our_containers_have_no_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service


def test_it_is_what_the_compose_specification_describes() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run(
        [*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_the_stores_run_as_ordinary_users_and_keep_their_data(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in ("root", "0")
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service, "only containers reach it"
    assert service["volumes"]


def test_each_process_that_serves_says_whether_it_is_well() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert 'HEALTHCHECK --interval=30s --timeout=20s --start-period=60s CMD ["python", "-m", "workers.node.check"]' in (
        dockerfile
    )
    assert SERVICES["dispatcher"]["healthcheck"]["test"] == ["CMD", "python", "manage.py", "dispatcher", "--check"]
    without = [name for name, service in SERVICES.items() if service.get("healthcheck", {}).get("disable")]
    assert without == ["migrate", "platform"]


@pytest.mark.django_db
def test_the_check_of_the_dispatcher_says_whether_one_is_at_work() -> None:
    with pytest.raises(CommandError, match="No dispatcher"):
        call_command("dispatcher", "--check")
    DispatcherLease.objects.create(name="d", holder="h", until=timezone.now() + timedelta(minutes=1))
    call_command("dispatcher", "--check")


def test_the_dispatcher_works_with_what_its_container_lets_it_write(
    transactional_db: None, broker: Broker, tmp_path: Path
) -> None:
    """Its folder is part of the image, so it is read-only, but for what the compose file puts over it."""
    var = tmp_path / "var"
    written = [place.replace("/opt/gradus/app/var", str(var)) for place in SERVICES["dispatcher"]["tmpfs"]]
    places = [Path(place) for place in written if place.startswith(str(var))]
    for place in (var, *places):
        place.mkdir(exist_ok=True)
    mounts = [f"mount --bind {var} {var}", f"mount -o remount,bind,ro {var}"]
    mounts += [f"mount -t tmpfs tmpfs {place}" for place in places]
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-ec"]
    if subprocess.run([*alone, "; ".join(mounts)], capture_output=True, check=False).returncode:
        pytest.fail("no mounts") if os.environ.get("CI") else pytest.skip("not tried here: mounts are refused")
    command = [*alone, "; ".join([*mounts, 'exec "$@"']), "sh", sys.executable, *processes.DISPATCHER]
    env = {"PATH": os.environ["PATH"], "GRADUS_VAR": str(var), "REDIS_URL": broker.url, "DATABASE_URL": database_url()}
    with subprocess.Popen(command, cwd=ROOT, env=env | {"SECRET_KEY": "x" * 50}, stderr=subprocess.PIPE) as process:
        try:
            eventually(lambda: DispatcherLease.objects.exists() or process.poll() is not None, seconds=60)
        finally:
            process.terminate()
        assert process.stderr is not None
        told = process.stderr.read().decode()
    assert process.returncode == 0, told
    assert "has the lease" in told


def test_the_check_of_a_node_goes_by_the_platforms_last_answer(tmp_path: Path) -> None:
    assert "not answered this node yet" in check.why_not(tmp_path)
    (tmp_path / check.ALIVE).touch()
    assert check.why_not(tmp_path) == ""
    os.utime(tmp_path / check.ALIVE, (1, 1))
    assert "has not answered for" in check.why_not(tmp_path)


def test_who_must_wait_waits_for_health() -> None:
    for name in ("web", "platform", "dispatcher"):
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "valkey": {"condition": "service_healthy"},
        }
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["volumes"]


def test_the_seccomp_profile_lets_a_node_build_sandboxes_and_nothing_worse() -> None:
    profile = json.loads((ROOT / "deploy" / "seccomp-node.json").read_text())
    assert SERVICES["node-cpu"]["security_opt"][1:3] == ["seccomp=deploy/seccomp-node.json", "systempaths=unconfined"]
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    verdicts = {name: rule["action"] for rule in profile["syscalls"] for name in rule["names"] if not rule.get("args")}
    needed = "clone clone3 unshare mount mount_setattr umount2 pivot_root seccomp landlock_restrict_self close_range"
    assert {verdicts[name] for name in needed.split()} == {"SCMP_ACT_ALLOW"}
    worse = (
        "ptrace process_vm_readv bpf perf_event_open userfaultfd io_uring_setup keyctl init_module kexec_load reboot"
    )
    assert {verdicts[name] for name in worse.split()} == {"SCMP_ACT_ERRNO"}
    families = [rule["args"][0]["value"] for rule in profile["syscalls"] if rule["names"] == ["socket"]]
    assert families == [1, 2, 10, 16]
