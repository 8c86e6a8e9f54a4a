"""`make gpu-check` says of each claim where it ran, that it failed there, or why it did not run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import gpu_check
import gpu_claims
import pytest
import torch

from graders.accelerators.finding import Accelerator
from graders.accelerators.watching import Watch
from tests.graders.accelerators.nvml import Card, Nvml

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(torch.cuda.is_available(), reason="here they run")
def test_without_a_device_no_claim_is_made(tmp_path: Path) -> None:
    output = tmp_path / "deep" / "report.json"
    command = [sys.executable, "scripts/gpu_check.py", "--output", str(output)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    report = json.loads(ended.stdout)
    assert report == json.loads(output.read_text())
    assert report["device"] is None
    assert set(report["claims"]) == {*gpu_check.PLAIN, *gpu_claims.CLAIMS}
    assert {claim["result"] for claim in report["claims"].values()} == {"not run: no CUDA device here"}


def test_each_claim_is_told_as_it_came_out() -> None:
    def nothing() -> str:
        raise gpu_claims.NotRun("no slices")

    def wrong() -> str:
        raise AssertionError("3 of 5")

    told = [gpu_check.check(claim, "Card, 2026-11-22") for claim in (lambda: "fine", nothing, wrong, lambda: "")]
    assert [entry["result"] for entry in told] == [
        "ran on: Card, 2026-11-22",
        "not run: no slices",
        "FAILED on: Card, 2026-11-22",
        "ran on: Card, 2026-11-22",
    ]
    assert [entry.get("found") for entry in told] == ["fine", None, "AssertionError: 3 of 5", None]


def test_a_claim_runs_the_real_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card("GPU-0")
    nvml: Any = Nvml(card)
    files = (("/dev/nvidia0", "/dev/zero"),)
    found = Accelerator(uuid="GPU-0", name="Card", memory_mb=8000, driver="600.1", files=files, kind="files")
    monkeypatch.setattr(gpu_claims, "find", lambda _which: [(found, Watch(nvml, card, parent=card))])
    monkeypatch.setattr(gpu_claims, "scrub", lambda _uuid: 0)
    told = gpu_check.check(gpu_claims.others_see_nothing, "no device")
    assert told["result"] == "ran on: no device", told
