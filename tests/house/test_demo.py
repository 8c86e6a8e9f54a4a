"""The demo as a whole: it becomes ready, survives the death of any of its processes, ends at once, and starts again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.conftest import ROOT, free_port, wait_until_ready

PROCESSES = ("valkey", "web", "platform", "dispatcher", "node")


def start(var: Path, port: int) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    with (var / "terminal").open("wb") as terminal:
        return subprocess.Popen(
            [sys.executable, "manage.py", "runlocal", "--port", str(port)],
            cwd=ROOT,
            env={**kept, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(var)},
            stdout=terminal,
            stderr=subprocess.STDOUT,
        )


def becomes_ready(process: subprocess.Popen[bytes], var: Path, port: int) -> None:
    wait_until_ready(f"http://127.0.0.1:{port}", process, var / "terminal")


def pids(var: Path) -> dict[str, int]:
    return {name: int((var / "run" / f"{name}.pid").read_text()) for name in PROCESSES}


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_demo_starts_heals_ends_and_starts_again(tmp_path: Path) -> None:
    port = free_port()
    demo = start(tmp_path, port)
    try:
        becomes_ready(demo, tmp_path, port)
        before = pids(tmp_path)
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        after = pids(tmp_path)
        assert not set(before.values()) & set(after.values())
        assert all(map(lives, after.values()))
        becomes_ready(demo, tmp_path, port)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=15) == 0
        assert not any(map(lives, after.values()))
        assert sorted((tmp_path / "run").glob("*.pid")) == []
        demo = start(tmp_path, port)
        becomes_ready(demo, tmp_path, port)
        again = pids(tmp_path)
        demo.kill()
        demo.wait()
        time.sleep(0.5)
        assert not any(map(lives, again.values()))
    finally:
        demo.kill()
        demo.wait()
    assert b"student      password student-demo" in (tmp_path / "terminal").read_bytes()
