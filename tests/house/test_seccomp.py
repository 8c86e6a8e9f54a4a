"""The seccomp profile of the compose file, loaded as a container engine loads it, with the engine under it."""

from __future__ import annotations

import ctypes.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.graders.ordinary_user import open_to_others

ROOT = Path(__file__).parents[2]
PROFILE = ROOT / "deploy" / "seccomp-node.json"
UID = 10001  #: as in the image


def contained(profile: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an ordinary user under a profile."""
    if ctypes.util.find_library("seccomp") is None:
        reason = "no libseccomp here: the profile of the containers is not tried"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    inside = [sys.executable, "-m", "tests.house.in_container", profile, *command]
    if os.geteuid() == 0:
        inside = [sys.executable, "-m", "tests.graders.ordinary_user", str(UID), *inside]
    return subprocess.run(inside, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("profile", "rung"), [pytest.param(str(PROFILE), "namespaces", id="ours"), ("default", "landlock")]
)
def test_a_submission_is_graded_under_it_on_the_rung_that_it_promises(
    profile: str, rung: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADUS_EXPECT", raising=False)  # what this machine must have, a default container need not
    open_to_others(tmp_path)
    submission = tmp_path / "right.py"
    submission.write_text((ROOT / "benchmarks/exercise/solution.py").read_text())
    grade = ["-m", "graders", "grade", "benchmarks/exercise", str(submission), "--json"]
    ran = contained(profile, sys.executable, *grade)
    assert ran.stdout, ran.stderr
    report = json.loads(ran.stdout.splitlines()[0])
    assert (report["outcome"], report["score"]) == ("graded", 6), report
    assert report["provenance"]["isolation"].startswith(rung)


def test_what_is_worse_than_a_sandbox_is_refused_under_it() -> None:
    program = (
        "import ctypes, os; c = ctypes.CDLL(None, use_errno=True); numbers = {'ptrace': 101, 'bpf': 321, "
        "'perf_event_open': 298, 'io_uring_setup': 425, 'userfaultfd': 323, 'keyctl': 250, 'process_vm_readv': 310}; "
        "print({name: (c.syscall(number, 0, 0, 0, 0), ctypes.get_errno()) for name, number in numbers.items()})"
    )
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers of these calls are those of x86_64")
    ran = contained(str(PROFILE), sys.executable, "-c", program)
    answers = eval(ran.stdout)
    assert set(answers.values()) == {(-1, 1)}, (answers, ran.stderr)
