"""The benchmarks run, and say on what machine."""

from __future__ import annotations

import re
import subprocess
import sys

import provision
import pytest

SHORT = (
    ("side_by_side", "1", "--tools", "warm"),
    ("throughput", "4"),
    ("memory", "1"),
    ("costs", "1"),
    ("cold_start", "1"),
)


@pytest.mark.long
@pytest.mark.parametrize("command", SHORT, ids=lambda command: command[0])
def test_a_benchmark_runs(command: tuple[str, ...]) -> None:
    name, *arguments = command
    ran = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments],
        cwd=provision.ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "load" in ran.stdout.splitlines()[0]
    assert len(ran.stdout.splitlines()) > 1


def test_every_command_of_the_page_is_there() -> None:
    page = (provision.ROOT / "benchmarks" / "README.md").read_text("utf-8")
    named = set(re.findall(r"benchmarks\.(\w+)", page))
    assert {command[0] for command in SHORT} <= named
    for name in named:
        assert "__main__" in (provision.ROOT / "benchmarks" / f"{name}.py").read_text("utf-8")
