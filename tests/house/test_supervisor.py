"""The supervisor keeps processes running, and none outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from courseplatform.supervisor import Service, Supervisor, restart_delay

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); time.sleep(600)",
    *SLEEPER,
]
SUPERVISOR = """
import sys
from pathlib import Path
from courseplatform.supervisor import Service, Supervisor
with Supervisor(Path(sys.argv[1]), cwd=Path.cwd()) as supervisor:
    for name in ("valkey", "web"):
        supervisor.start(Service(name=name, command=sys.argv[2:], env={}))
    while not supervisor.wait(1.0):
        pass
"""


def service(name: str, command: list[str]) -> Service:
    return Service(name=name, command=command, env={"PATH": os.environ["PATH"]})


def pid(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def lives(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def soon(condition: Callable[[], bool], *, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_a_killed_process_is_started_again_at_once(tmp_path: Path) -> None:
    told: list[str] = []
    with Supervisor(tmp_path, cwd=tmp_path, say=told.append) as supervisor:
        supervisor.start(service("web", SLEEPER))
        first = pid(tmp_path, "web")
        os.kill(first, signal.SIGKILL)
        assert supervisor.wait(0.3) is False
        second = pid(tmp_path, "web")
        assert second != first
        assert lives(second)
    assert "web was killed by signal 9" in told[0]
    assert "starting it again." in told[0]


def test_a_process_that_keeps_failing_is_tried_ever_more_rarely(tmp_path: Path) -> None:
    told: list[str] = []
    with Supervisor(tmp_path, cwd=tmp_path, say=told.append) as supervisor:
        supervisor.start(service("node", [sys.executable, "-c", "raise SystemExit('no GPU here')"]))
        supervisor.wait(1.5)
    assert 2 <= len(told) <= 5
    assert "ended with status 1" in told[0]
    assert (tmp_path / "node.log").read_text().startswith("no GPU here\n")
    assert [restart_delay(failures) for failures in (0, 1, 2, 3, 4, 20)] == [0, 0, 0.5, 1, 2, 15]


def test_the_children_of_processes_end_with_them(tmp_path: Path) -> None:
    with Supervisor(tmp_path, cwd=tmp_path, say=lambda _line: None) as supervisor:
        supervisor.start(service("web", PARENT))
        log = tmp_path / "web.log"
        assert soon(lambda: log.read_text().endswith("\n"))
        grandchild = int(log.read_text())
        assert lives(grandchild)
        os.kill(pid(tmp_path, "web"), signal.SIGKILL)
        supervisor.wait(0.3)
        assert not lives(grandchild)
        second = pid(tmp_path, "web")
    assert not lives(second)
    assert not (tmp_path / "web.pid").exists()


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    with Supervisor(tmp_path, cwd=tmp_path) as supervisor:
        supervisor.start(service("platform", [sys.executable, "-c", deaf]))
        assert soon(lambda: (tmp_path / "platform.log").read_text() == "deaf\n")
        number = pid(tmp_path, "platform")
        started = time.monotonic()
    assert not lives(number)
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_no_process_outlives_the_supervisor(tmp_path: Path, how: signal.Signals) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(tmp_path), *SLEEPER])
    try:
        assert soon(lambda: (tmp_path / "web.pid").exists())
        numbers = [pid(tmp_path, "valkey"), pid(tmp_path, "web")]
        assert all(map(lives, numbers))
        supervisor.send_signal(how)
        assert supervisor.wait(timeout=10) == (-9 if how == signal.SIGKILL else 0)
    finally:
        supervisor.kill()
        supervisor.wait()
    assert soon(lambda: not any(map(lives, numbers)))


def test_a_process_inherits_no_environment_of_the_supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of the platform")
    with Supervisor(tmp_path, cwd=tmp_path) as supervisor:
        supervisor.start(service("node", [sys.executable, "-c", "import os; print(sorted(os.environ))"]))
        assert soon(lambda: "PATH" in (tmp_path / "node.log").read_text())
    assert "SECRET_KEY" not in (tmp_path / "node.log").read_text()
