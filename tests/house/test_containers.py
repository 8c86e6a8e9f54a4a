"""The compose file and the seccomp profile hold what the documents promise of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from courseplatform import processes

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
    assert all(variable.startswith("GRADUS_") for variable in node["environment"])
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
