"""A script that is not ours drives the platform: token, enroll, submit right, wrong, slow, broken and hostile code."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from graders.exercise import Exercise
from tests.e2e.client import Client
from tests.e2e.conftest import ROOT, Platform

COURSE = "large-models"
EXERCISES = {folder.name: Exercise.load(folder) for folder in sorted((ROOT / "content" / COURSE).glob("*/exercises/*"))}
ATTENTION = EXERCISES["attention"]


@pytest.fixture(scope="module")
def alice(platform: Platform) -> Client:
    client = platform.client("alice")
    client.enroll(COURSE)
    return client


def attention(code: str) -> dict[str, str]:
    """The reference solution with something of one's own behind it."""
    name, source = next(iter(ATTENTION.solution_files().items()))
    return {name: f"{source}\n{code}\n"}


def test_the_course_lists_its_exercises(alice: Client) -> None:
    listed = alice.get(f"/courses/{COURSE}")["exercises"]
    assert {item["slug"] for item in listed} == set(EXERCISES)
    assert len(listed) >= 6


@pytest.mark.parametrize("slug", EXERCISES)
def test_a_reference_solution_gets_full_marks(slug: str, alice: Client) -> None:
    result = alice.grade(COURSE, slug, EXERCISES[slug].solution_files())
    assert result["outcome"] == "graded", result
    assert result["score"] == result["max_score"] > 0


@pytest.mark.parametrize("slug", EXERCISES)
def test_a_starter_does_not_and_says_why(slug: str, alice: Client) -> None:
    result = alice.grade(COURSE, slug, EXERCISES[slug].starter())
    assert result["score"] < result["max_score"]
    words = result["message"] + " ".join(test["message"] for test in result["tests"])
    assert len(words) > 20, result


def test_an_endless_loop_ends_within_its_limit(alice: Client) -> None:
    begun = time.monotonic()
    result = alice.grade(COURSE, "attention", attention("while True:\n    pass"))
    assert result["outcome"] == "timed_out"
    assert time.monotonic() - begun < ATTENTION.limits.load_seconds + 2


def test_a_syntax_error_names_the_line(alice: Client) -> None:
    result = alice.grade(COURSE, "attention", {"submission.py": "import torch\n\ndef attention(:\n    pass\n"})
    assert result["outcome"] == "student_error"
    assert "line 3" in result["message"]


def test_four_gigabytes_are_out_of_memory(alice: Client) -> None:
    result = alice.grade(COURSE, "attention", attention("import torch\nbig = torch.ones(1 << 30).add_(1)"))
    assert result["outcome"] == "out_of_memory"


def test_leaving_with_status_zero_earns_nothing(alice: Client) -> None:
    result = alice.grade(COURSE, "attention", attention("import os\nos._exit(0)"))
    assert result["outcome"] == "crashed"
    assert result["score"] == 0


def test_it_grades_on_after_all_that(alice: Client) -> None:
    result = alice.grade(COURSE, "attention", ATTENTION.solution_files())
    assert result["score"] == result["max_score"]
    assert result["provenance"]["isolation"].startswith("namespaces")


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({}, 400),
        ({"submission.py": ""}, 400),
        ({"other.py": "x = 1"}, 400),
        ({"../submission.py": "x = 1"}, 400),
        ({"/etc/passwd": "x = 1"}, 400),
        ({"submission.py": "x = '\x00'"}, 400),
        ({"submission.py": "#" * 3_000_000}, 413),
    ],
)
def test_bad_input_gets_a_sentence(files: dict[str, str], status: int, alice: Client) -> None:
    got, body = alice.request("POST", f"/courses/{COURSE}/exercises/attention/submissions", {"files": files})
    assert got == status, body
    assert len(body["detail"]) > 15, body


@pytest.mark.parametrize(
    "path", ["/courses/nothing", f"/courses/{COURSE}/exercises/nothing/submissions", "/submissions/999999"]
)
def test_what_is_not_there_is_404(path: str, alice: Client) -> None:
    method, body = ("POST", {"files": {"submission.py": "x"}}) if path.endswith("/submissions") else ("GET", None)
    status, problem = alice.request(method, path, body)
    assert status == 404, problem


def test_a_stranger_sees_nothing_of_a_submission(alice: Client, platform: Platform) -> None:
    number = alice.post(COURSE, "attention", ATTENTION.starter())
    bob = platform.client("bob")
    status, _ = bob.request("GET", f"/submissions/{number}")
    assert status == 404
    assert alice.result(number)["state"] == "done"


def test_no_secret_of_the_platform_is_in_the_nodes_log_or_environment(platform: Platform, alice: Client) -> None:
    secret = (platform.var / "secret-key").read_text()
    environ = Path(f"/proc/{platform.pid('node')}/environ").read_text(errors="replace")
    assert secret not in environ + platform.log("node")
    assert "DATABASE_URL" not in environ
    broker: Any = (platform.var / "valkey" / "url").read_text().strip()
    assert broker not in environ
