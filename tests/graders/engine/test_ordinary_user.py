"""The whole engine as an ordinary user, on both rungs: no root, no control groups, no uids to hand out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.graders.engine.conftest import EXERCISES, SOLUTION
from tests.graders.ordinary_user import ROOT, open_to_others

UID = 4242


@pytest.mark.parametrize("rung", ["namespaces", "landlock"])
def test_grading_works_without_root(rung: str, tmp_path: Path) -> None:
    submissions = {
        "right": SOLUTION,
        "loop": SOLUTION + "\nwhile True: pass\n",
        "memory": SOLUTION + "\ndef double(t):\n    import torch\n    return torch.ones(1 << 28) + t\n",
        "many": SOLUTION + "\nx = [bytearray(1 << 20) for _ in range(4096)]\n",
    }
    open_to_others(tmp_path)
    files = []
    for name, source in submissions.items():
        files.append(tmp_path / f"{name}.py")
        files[-1].write_text(source)
    command = [sys.executable, "-m", "graders", "grade", str(EXERCISES / "double"), *map(str, files)]
    if os.geteuid() == 0:
        command = [sys.executable, "-m", "tests.graders.ordinary_user", str(UID), *command]
    result = subprocess.run(
        [*command, "--json", "--rung", rung], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(reports) == 4, result.stderr
    right, loop, memory, many = reports
    assert right["outcome"] == "graded"
    assert right["score"] == 4
    assert right["provenance"]["isolation"] == f"{rung}/same-uid"
    assert right["provenance"]["memory_limit"] == "watchdog"
    assert loop["outcome"] == "timed_out"
    assert memory["outcome"] == "out_of_memory"
    assert memory["score"] == 1
    assert many["outcome"] == "out_of_memory"
    assert many["score"] == 0
    assert result.returncode == 1
