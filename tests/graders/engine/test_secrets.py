"""Code that looks for the tests finds nothing: not in memory, files, environment, descriptors or parents."""

from __future__ import annotations

import dataclasses
import os

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.graders.engine.conftest import SOLUTION

SEARCH = r"""
import ctypes, gc, os, re, sys, linecache
FOUND = []
CANARIES = re.compile(rb"HIDDEN[-]TEST[-]CANARY|HIDDEN[-]DATA[-]CANARY|PLATFORM[-]SECRET[-]CANARY")

def look(where, blob):
    if CANARIES.search(blob):
        FOUND.append(where)

def walk(top):
    for folder, _, names in os.walk(top):
        if folder.startswith(("/proc", "/usr/share")):
            continue
        for name in names:
            path = os.path.join(folder, name)
            try:
                if os.path.getsize(path) < 200_000 and "site-packages" not in path:
                    look(path, open(path, "rb").read())
            except OSError:
                pass

for line in open("/proc/self/maps"):
    span, flags = line.split()[:2]
    start, end = (int(part, 16) for part in span.split("-"))
    if flags[0] == "r" and end - start < 512 << 20 and "[v" not in line:
        look("memory " + line.strip(), ctypes.string_at(start, end - start)) if flags[1] == "w" else None
try:
    pids = [name for name in os.listdir("/proc") if name.isdigit()]
except OSError:
    pids = ["self", os.getppid(), 1]
for pid in pids:
    for name in ("environ", "cmdline"):
        try:
            look(f"{pid}/{name}", open(f"/proc/{pid}/{name}", "rb").read())
        except OSError:
            pass
look("environ", repr(dict(os.environ)).encode())
for fd in range(3, 256):
    try:
        link = os.readlink(f"/proc/self/fd/{fd}")
        look(f"fd {fd} {link}", link.encode() + (os.pread(fd, 1 << 20, 0) if "socket" not in link else b""))
        if os.path.isdir(f"/proc/self/fd/{fd}"):
            FOUND.append(f"folder {fd} {link}")
    except OSError:
        pass
for top in ("/tmp", "/work", "/root", "/home", "/etc", "/var", "/run", "."):
    walk(top)
print("FOUND", FOUND)
"""


@pytest.fixture
def platform_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_SECRET", "PLATFORM-SECRET-CANARY")


@pytest.mark.parametrize("rung", ["namespaces", "landlock"])
def test_a_submission_that_searches_finds_nothing(rung: str, double: Exercise, platform_secret: None) -> None:
    assert os.environ["PLATFORM_SECRET"]
    slow = dataclasses.replace(double, limits=dataclasses.replace(double.limits, load_seconds=30.0))
    engine = Engine(rung=rung)
    try:
        engine.grade(double, double.solution_files())  # so that the tests are somewhere to be found
        report = engine.grade(slow, {"submission.py": SOLUTION + SEARCH})
    finally:
        engine.close()
    assert "FOUND []" in report.output, (report.output, report.message)
    assert report.score == 4


def test_a_student_sees_no_process_but_its_own(double: Exercise) -> None:
    engine = Engine(rung="namespaces")
    code = "import os\nprint('PIDS', sorted(int(p) for p in os.listdir('/proc') if p.isdigit()), os.getppid())"
    try:
        report = engine.grade(double, {"submission.py": SOLUTION + code})
    finally:
        engine.close()
    assert "PIDS [1, 2] 1" in report.output
