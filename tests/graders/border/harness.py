"""Grades a submission across the border, playing the engine: no sandbox, the real two ends."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.findings import sentence
from graders.report import Finding
from graders.wire import send_frame

ROOT = Path(__file__).parents[3]


@dataclass
class Graded:
    """What the engine heard."""

    events: list[dict[str, Any]]
    output: str
    broken: str = ""
    students: int = 0
    seconds: float = 0.0

    def test(self, name: str) -> dict[str, Any]:
        (end,) = [e for e in self.events if e["event"] == "test_ended" and e["name"] == name]
        return end

    def outcome(self, name: str) -> str:
        return str(self.test(name)["outcome"])

    @property
    def outcomes(self) -> dict[str, str]:
        return {e["name"]: e["outcome"] for e in self.events if e["event"] == "test_ended"}

    def keys(self, name: str) -> list[str]:
        return [finding["key"] for finding in self.test(name)["findings"]]

    def said(self, name: str) -> str:
        """Everything that the student would read about one test."""
        return "\n".join(sentence(Finding.from_dict(f)) for f in self.test(name)["findings"])

    def load_error(self) -> dict[str, Any]:
        (event,) = [e for e in self.events if e["event"] == "load_failed"]
        return event


@dataclass
class Stage:
    """The zygote for tests, and what descends from it."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    folder: Path
    children: list[int] = field(default_factory=list)

    @classmethod
    def start(cls, folder: Path) -> Stage:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "HOME": str(folder)}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.graders.border.stage", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        theirs.close()
        ours.settimeout(60)
        assert json.loads(ours.recv(100)) == "ready"
        return cls(process, ours, folder)

    def stop(self) -> None:
        self.control.close()
        for pid in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(60)

    def fork(self, request: dict[str, str], fds: Sequence[int]) -> int:
        socket.send_fds(self.control, [json.dumps(request).encode()], list(fds))
        pid = int(json.loads(self.control.recv(100)))
        self.children.append(pid)
        return pid

    def template(self, folder: Path, file: str) -> tuple[socket.socket, dict[str, Any], int]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = self.fork({"op": "template", "folder": str(folder), "file": file}, [theirs.fileno()])
        theirs.close()
        ours.settimeout(30)
        return ours, json.loads(ours.recv(1 << 20)), pid

    def student(self, folder: Path) -> tuple[socket.socket, int, int]:
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        folder.mkdir()
        pid = self.fork({"op": "student", "folder": str(folder)}, [theirs.fileno(), write])
        theirs.close()
        os.close(write)
        os.set_blocking(read, False)
        return ours, read, pid


class Grading:
    """One grading, step by step."""

    def __init__(
        self, stage: Stage, folder: Path, load: dict[str, Any], data: Mapping[str, bytes], students: int
    ) -> None:
        self.stage, self.folder, self.load, self.data, self.allowed = stage, folder, load, data, students
        self.result = Graded([], "")
        self.pipes: list[int] = []
        self.pids: list[int] = []

    def next_student(self) -> socket.socket:
        self.result.students += 1
        call, pipe, pid = self.stage.student(self.folder / f"student{self.result.students}")
        self.pipes.append(pipe)
        self.pids.append(pid)
        fds = []
        for name, content in self.data.items():
            path = self.folder / f"{self.result.students}-{name}"
            path.write_bytes(content)
            fds.append(os.open(path, os.O_RDONLY))
        send_frame(call, self.load, deadline=time.monotonic() + 10, fds=fds)
        for fd in fds:
            os.close(fd)
        return call

    def run(self, control: socket.socket, order: dict[str, Any]) -> Graded:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        call = self.next_student()
        socket.send_fds(control, [json.dumps(order).encode()], [call.fileno(), theirs.fileno()])
        call.close()
        theirs.close()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            waiting: list[Any] = [ours, *self.pipes]
            ready, _, _ = select.select(waiting, [], [], 1.0)
            for pipe in self.pipes:
                if pipe in ready and not self._drain(pipe):
                    os.close(pipe)
                    self.pipes.remove(pipe)
            if ours in ready and not self._event(ours):
                break
        ours.close()
        return self.result

    def _event(self, report: socket.socket) -> bool:
        data = report.recv(1 << 20)
        if not data:
            return False
        event = json.loads(data)
        self.result.events.append(event)
        if event["event"] in ("hello", "test_started", "resumed"):
            report.send(b'{"op": "go"}')
        if event["event"] == "need_student":
            if self.result.students >= self.allowed:
                report.send(b'{"op": "stop"}')
            else:
                call = self.next_student()
                socket.send_fds(report, [b'{"op": "student"}'], [call.fileno()])
                call.close()
        return bool(event["event"] != "end")

    def _drain(self, pipe: int) -> bool:
        data = os.read(pipe, 65536)
        self.result.output += data.decode("utf-8", "replace")
        return bool(data)

    def close(self) -> None:
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pipe in self.pipes:
            with contextlib.suppress(OSError):
                self._drain(pipe)
            os.close(pipe)


def grade(
    stage: Stage,
    folder: Path,
    tests: str,
    submission: str | Mapping[str, str],
    *,
    mode: str = "hidden",
    seconds: float = 10.0,
    load_seconds: float = 20.0,
    run_seconds: float = 30.0,
    reply_mb: int = 16,
    seed: int = 7,
    students: int = 3,
    forbid: Sequence[str] = (),
    data: Mapping[str, bytes] | None = None,
    hidden: Mapping[str, bytes] | None = None,
) -> Graded:
    """Grade one submission with these hidden tests."""
    home = folder / f"grading{len(list(folder.iterdir()))}"
    (home / "exercise" / "hidden").mkdir(parents=True)
    source = "import pytest, torch\nfrom graders.examiner import check, feedback, score\n" + textwrap.dedent(tests)
    (home / "exercise" / "test_hidden.py").write_text(source)
    for name, content in (hidden or {}).items():
        (home / "exercise" / "hidden" / name).write_bytes(content)
    names = [line[4 : line.index("(")] for line in source.splitlines() if line.startswith("def test_")]
    settings = {"mode": mode, "tests": {name: {"seconds": seconds, "output": "withheld"} for name in names}}
    (home / "exercise" / "tests.json").write_text(json.dumps(settings))
    control, first, _pid = stage.template(home / "exercise", "test_hidden.py")
    if first["event"] == "broken":
        control.close()
        return Graded([], "", broken=first["message"])
    assert first == {"event": "ready", "tests": names}
    files = {"submission.py": textwrap.dedent(submission)} if isinstance(submission, str) else dict(submission)
    load = {
        "op": "load",
        "files": files,
        "module": "submission",
        "data": list(data or {}),
        "forbid": list(forbid),
        "seed": seed,
    }
    grading = Grading(stage, home, load, data or {}, students)
    order = {
        "op": "examine",
        "seed": seed,
        "load_seconds": load_seconds,
        "run_seconds": run_seconds,
        "reply_mb": reply_mb,
    }
    started = time.monotonic()
    try:
        result = grading.run(control, order)
    finally:
        control.close()
        grading.close()
    result.seconds = time.monotonic() - started
    return result
