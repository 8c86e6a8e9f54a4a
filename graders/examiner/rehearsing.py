"""Notebooks and tables on an author's machine: the examiner of the platform, and this process in its engine's place.

``python -m graders.examiner.rehearsing FD TEST_FILE KIND`` is the examiner, in the folder of the exercise's parts.
Nothing is sandboxed. What the engine decides by the kernel's word (memory, processor time, disk) is not decided here.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graders import bundle, packets
from graders.collecting import archive_for, order_for
from graders.examiner import template
from graders.exercise import Exercise
from graders.findings import sentence
from graders.report import Finding
from graders.sealed import sealed_file

ROOT = Path(__file__).resolve().parents[2]
COLLECT_SECONDS, START_SECONDS, SPARE_SECONDS = 120.0, 60.0, 120.0
MAX_STUDENTS = 20

StartStudent = Callable[[], socket.socket]


@dataclass
class Told:
    """What the examiner said of one submission."""

    tests: dict[str, dict[str, Any]] = field(default_factory=dict)  #: the last event of each
    findings: list[Finding] = field(default_factory=list)  #: of cells, or why nothing could be looked at


class Rehearsal:
    """The examiner of one exercise, and the submission that it is asked about once."""

    def __init__(self, exercise: Exercise, submission: bytes, *, mode: str, home: Path, start: StartStudent) -> None:
        """
        Args:
            mode: ``hidden`` or ``visible``.
            home: an empty folder.
            start: begins a student's process and gives the end on which it is called.

        Raises:
            pytest.Collector.CollectError: the tests do not collect.
        """
        self._exercise, self._submission, self._start = exercise, submission, start
        self._told: Told | None = None
        order, folder = order_for(exercise, mode), home / "exercise"
        bundle.unpack(archive_for(exercise, mode), into=folder)
        (folder / "tests.json").write_text(json.dumps(order["settings"]))
        self._control, theirs = packets.pair()
        command = [sys.executable, "-m", "graders.examiner.rehearsing"]
        self._process = subprocess.Popen(
            [*command, str(theirs.fileno()), order["test_file"], exercise.mode],
            pass_fds=[theirs.fileno()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self._control.settimeout(COLLECT_SECONDS)
        try:
            answer, _ = packets.receive(self._control)
        except (OSError, EOFError) as error:
            answer = {"message": f"the examiner ended: {error}"}
        if answer.get("event") != "ready":
            self.close()
            raise pytest.Collector.CollectError(str(answer.get("message")))
        self.tests = tuple(str(name) for name in answer["tests"])

    def told(self) -> Told:
        """What the examiner says of the submission; asked once."""
        if self._told is None:
            self._told = self._ask()
        return self._told

    def close(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _ask(self) -> Told:
        limits, told = self._exercise.limits, Told()
        report, theirs = packets.pair()
        calls = [self._started()] if self._exercise.mode == "notebook" else []
        given = {"report": theirs.fileno(), "submission": sealed_file("submission", self._submission)}
        if calls:
            given["call"] = calls[0].fileno()
        request = {"op": "examine", "descriptors": list(given), "seed": 0, "load_seconds": limits.load_seconds}
        request |= {"run_seconds": limits.seconds, "reply_mb": limits.reply_mb}
        packets.send(self._control, request, list(given.values()))
        os.close(given["submission"])
        theirs.close()
        report.settimeout(limits.load_seconds + limits.seconds + SPARE_SECONDS)
        try:
            for event in _events(report):
                self._answer(event, report, calls, told)
        finally:
            for end in (report, *calls):
                end.close()
        return told

    def _started(self) -> socket.socket:
        """A student that has answered its first frame: importing torch is no part of its time here."""
        call = self._start()
        select.select([call], [], [], START_SECONDS)
        return call

    def _answer(self, event: Mapping[str, Any], report: socket.socket, calls: list[socket.socket], told: Told) -> None:
        match event.get("event"):
            case "hello" | "test_started" | "cell_started" | "resumed":
                packets.send(report, {"op": "go"})
            case "test_ended":
                told.tests[str(event["name"])] = dict(event)
            case "cell_ended":
                told.findings += _findings(event)
            case "load_failed":
                told.findings += _findings(event.get("error") or {})
            case "need_student" if len(calls) < MAX_STUDENTS:
                calls.append(self._started())
                packets.send(report, {"op": "student"}, [calls[-1].fileno()])
            case "need_student":
                packets.send(report, {"op": "stop"})


def _events(report: socket.socket) -> Iterator[dict[str, Any]]:
    """What the examiner says, until its last word."""
    while True:
        try:
            event, _ = packets.receive(report)
        except (OSError, EOFError) as error:
            pytest.fail(f"the examiner ended in the midst of it: {error}", pytrace=False)
        if event.get("event") == "end":
            return
        yield event


def _findings(event: Mapping[str, Any]) -> list[Finding]:
    return [Finding.from_dict(item) for item in event.get("findings", [])]


class RehearsedFile(pytest.File):
    """A file of tests whose examiner runs elsewhere."""

    rehearse: Callable[[], Rehearsal]

    def collect(self) -> Iterator[pytest.Item]:
        rehearsal = self.rehearse()
        for name in rehearsal.tests:
            item: RehearsedTest = RehearsedTest.from_parent(self, name=name)
            item.rehearsal = rehearsal
            yield item


class RehearsedTest(pytest.Item):
    """One test, as the examiner told of it."""

    rehearsal: Rehearsal

    def runtest(self) -> None:
        told = self.rehearsal.told()
        event = told.tests.get(self.name, {"outcome": "not run"})
        general = [sentence(finding) for finding in told.findings]
        if general:
            self.add_report_section("call", "what the student is told", "\n".join(general))
        if event["outcome"] != "passed":
            own = [sentence(finding) for finding in _findings(event)]
            lines = [f"{self.name}: {event['outcome']}", *own, str(event.get("detail", ""))]
            pytest.fail("\n".join(line for line in lines if line), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name


def main() -> None:
    control, test_file, kind = sys.argv[1:]
    own = importlib.import_module(f"graders.examiner.{kind}").Template
    template.main(socket.socket(fileno=int(control)), Path.cwd(), test_file, own)


if __name__ == "__main__":
    main()
