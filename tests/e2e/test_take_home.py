"""An exercise on a student's own machine: its archive runs with pytest alone, and hands itself in."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

from tests.e2e.conftest import Platform
from tests.e2e.test_newcomer import COURSE, EXERCISES


def take_home(platform: Platform, exercise: str, to: Path) -> Path:
    address = f"{platform.url}/api/v1/courses/{COURSE}/exercises/{exercise}/archive"
    with urllib.request.urlopen(address, timeout=30) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as archive:
        archive.extractall(to)
    return to / exercise


def python(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python as on a machine that has never heard of us: no path of the checkout, no setting of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-I", *arguments],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plain = ["-p", "no:django", "-p", "no:cacheprovider", "-p", "no:playwright", "--rootdir", str(folder)]
    return python(folder, "-m", "pytest", "-q", *plain, *arguments)


def solve(folder: Path, exercise: str) -> None:
    for name, text in EXERCISES[exercise].solution_files().items():
        (folder / name).write_text(text, "utf-8")


def test_the_visible_tests_run_with_plain_pytest(platform: Platform, tmp_path: Path) -> None:
    folder = take_home(platform, "attention", tmp_path)
    started = pytest_in(folder)
    assert started.returncode == 1, started.stdout + started.stderr
    assert "5 failed" in started.stdout
    solve(folder, "attention")
    solved = pytest_in(folder)
    assert solved.returncode == 0, solved.stdout + solved.stderr


def test_data_comes_with_it(platform: Platform, tmp_path: Path) -> None:
    folder = take_home(platform, "train-digits", tmp_path)
    solve(folder, "train-digits")
    found = pytest_in(folder, "-k", "test_the_images_are_there")
    assert found.returncode == 0, found.stdout + found.stderr


def test_it_hands_itself_in_and_prints_the_grade(platform: Platform, tmp_path: Path) -> None:
    folder = take_home(platform, "attention", tmp_path)
    client = platform.client("takes-home")
    token = client._token
    token = client._token
    refused = python(folder, "submit.py", GRADUS_TOKEN=token)
    assert refused.returncode == 2
    assert "not enrolled" in refused.stderr
    client.enroll(COURSE)
    started = python(folder, "submit.py", GRADUS_TOKEN=token)
    assert started.returncode == 1, started.stdout + started.stderr
    assert "handed in: " in started.stdout
    assert "of 10 points" in started.stdout
    solve(folder, "attention")
    solved = python(folder, "submit.py", GRADUS_TOKEN=token)
    assert solved.returncode == 0, solved.stdout + solved.stderr
    assert "10 of 10 points (graded)" in solved.stdout
    assert "A masked key gets weight zero" in solved.stdout


def test_what_does_not_work_gets_a_sentence(platform: Platform, tmp_path: Path) -> None:
    folder = take_home(platform, "attention", tmp_path)
    wrong_token = python(folder, "submit.py", GRADUS_TOKEN="gr_nonsense")
    assert (wrong_token.returncode, wrong_token.stdout) == (2, "")
    assert "token is needed" in wrong_token.stderr
    nobody = python(folder, "submit.py", GRADUS_TOKEN="x", GRADUS_SERVER="http://127.0.0.1:9")
    assert "does not answer" in nobody.stderr
    no_address = python(folder, "submit.py", GRADUS_TOKEN="x", GRADUS_SERVER="localhost")
    assert "begins with https://" in no_address.stderr
    (folder / "submission.py").unlink()
    missing = python(folder, "submit.py", GRADUS_TOKEN="x")
    assert "submission.py cannot be read" in missing.stderr
