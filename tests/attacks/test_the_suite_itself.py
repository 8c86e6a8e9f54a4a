"""The attacks do attack: where nothing protects the tests, many of them get what they are after."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from graders.exercise import Exercise
from tests.attacks.corpus import OURS

ROOT = Path(__file__).resolve().parents[2]
#: Attacks that must succeed against a grader that keeps everything in one process.
SUCCEED = (
    *("ef-etc-secrets", "ef-kernel-doors", "ef-ptrace", "ef-watchers", "en-canaries", "ps-keyring", "fg-duck-object"),
    *("fg-stack-inspection", "lt-warnings", "lt-buffered-output"),
    *("pc-patched-reference", "pc-read-tests"),
)


def test_a_weak_grader_is_broken(softmax_exercise: Exercise) -> None:
    attacks = [str(OURS / f"{name}.py") for name in SUCCEED]
    command = [sys.executable, "-m", "tests.attacks.weak", str(softmax_exercise.folder), *attacks]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    found = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    silent = [one["attack"] for one in found if not one["breach"] and not one["gained"]]
    assert len(found) == len(attacks), result.stderr
    assert silent == [], found
