"""One examiner: runs the hidden tests of one submission and tells the engine, event by event."""

from __future__ import annotations

import base64
import contextlib
import importlib
import json
import os
import socket
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest

from graders.examiner import context
from graders.examiner.absent import NoSession
from graders.examiner.failures import StudentFailure, StudentGone
from graders.examiner.running import Desk, NoFreshStudent, TestEnd, run_test, seed_both
from graders.examiner.session import Metric, Session
from graders.figures import PIECE
from graders.report import Finding
from graders.wire import clean_text

MAX_METRICS = 2000
MAX_MESSAGE = 64 * 1024
FIGURE_SECONDS = 20.0  #: that drawing what a Run has left open may take


class Stopped(Exception):
    """The engine has no further student for this submission, or is gone itself."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the engine asks for."""

    seed: int
    load_seconds: float
    run_seconds: float
    reply_bytes: int

    @classmethod
    def read(cls, request: Mapping[str, Any]) -> Order:
        return cls(
            seed=int(request["seed"]),
            load_seconds=float(request["load_seconds"]),
            run_seconds=float(request["run_seconds"]),
            reply_bytes=int(request["reply_mb"]) * 1024 * 1024,
        )


class Examiner:
    """Runs tests in the order given, each with its own limit, within the time that is left for all."""

    def __init__(
        self,
        tests: Mapping[str, Sequence[pytest.Item]],
        *,
        seconds: Mapping[str, float],
        visible: bool,
        order: Order,
        report: socket.socket,
    ) -> None:
        self._tests, self._seconds, self._visible, self._order, self._report = tests, seconds, visible, order, report
        self._metrics = 0
        self.revealed: frozenset[str] = frozenset()  #: tests whose input may be shown when they fail
        self._left = order.run_seconds
        self._desk: Desk | None = None

    @property
    def session(self) -> Session:
        """The live student, for the fixtures."""
        if self._desk is None:
            raise NoFreshStudent("no test is running")
        return self._desk.live

    def fresh(self) -> Session:
        """Another student in the place of the current one."""
        if self._desk is None:
            raise NoFreshStudent("no test is running")
        return self._desk.fresh()

    def examine(self, given: Mapping[str, int]) -> None:
        """All tests, from hello to end.

        Args:
            given: descriptors by name: ``call`` of a student, ``submission`` in modes where the examiner reads it.
        """
        with contextlib.suppress(Stopped):
            self._send({"event": "hello"})
            self._wait_for_go()
            self._grade(given)
        with contextlib.suppress(Stopped):
            self._send({"event": "end"})

    def _grade(self, given: Mapping[str, int]) -> None:
        self._desk = Desk(self._load(socket.socket(fileno=given["call"])), self._replace, visible=self._visible)
        self._run_all(self._desk)
        self._show_figures(self._desk)

    def _run_all(self, desk: Desk) -> None:
        names = list(self._tests)
        for number, name in enumerate(names):
            if self._left <= 0:
                return
            following = self._tests[names[number + 1]][0] if number + 1 < len(names) else None
            end = self._run_one(name, following, desk)
            if (end.outcome == "gone" or desk.session.spent) and number + 1 < len(names):
                desk.session.close()
                desk.session = self._next_student()

    def _run_one(self, name: str, following: pytest.Item | None, desk: Desk) -> TestEnd:
        self._send({"event": "test_started", "name": name})
        self._wait_for_go()
        started = time.monotonic()
        deadline = started + min(self._seconds.get(name, self._left), self._left)
        desk.session.deadline = deadline
        desk.reveal_input = name in self.revealed
        context.begin()
        try:
            end = seed_both(self._order.seed, name, desk.session) or run_test(
                self._tests[name], next_item=following, desk=desk, deadline=deadline
            )
        except StudentGone as gone:
            end = TestEnd("gone", [context.finding(f"gone-{gone.reason}")], str(gone), gone.reason, student_error=True)
        except Stopped:
            raise
        except Exception:  # what a student sent made us stumble: this test is lost, not the attempt
            end = TestEnd("error", [context.finding("test-broken")], traceback.format_exc())
        seconds = time.monotonic() - started
        self._left -= seconds
        self._send(end.to_event(name, seconds))
        return end

    def _wait_for_go(self) -> None:
        """Wait for the engine: to know this process by its pid, or to divide what was printed from what will be."""
        try:
            answer = json.loads(self._report.recv(MAX_MESSAGE) or b"{}")
        except OSError as error:
            raise Stopped from error
        if answer.get("op") != "go":
            raise Stopped

    def _load(self, call: socket.socket) -> Session:
        """Wait until the student has loaded the submission; tell the engine how that went."""
        started = time.monotonic()
        session = Session(call, reply_limit=self._order.reply_bytes, on_metric=self._metric)
        session.deadline = started + self._order.load_seconds
        try:
            failure = session.load()
        except StudentGone as gone:
            self._send({"event": "load_failed", "kind": "gone", "reason": gone.reason, "error": _no_error(gone)})
            raise Stopped from None
        if failure is not None:
            error = {**failure.to_event(), "findings": [item.to_dict() for item in load_findings(failure)]}
            self._send({"event": "load_failed", "kind": "error", "error": error})
            raise Stopped
        self._send({"event": "loaded", "seconds": time.monotonic() - started})
        return session

    def _next_student(self) -> Session:
        self._send({"event": "need_student"})
        data, fds, _flags, _address = socket.recv_fds(self._report, MAX_MESSAGE, 4)
        answer = json.loads(data) if data else {"op": "stop"}
        if answer.get("op") != "student" or len(fds) != 1:
            for fd in fds:
                os.close(fd)
            raise Stopped
        return self._load(socket.socket(fileno=fds[0]))

    def _replace(self) -> Session:
        if self._desk is not None:
            self._desk.session.close()
        try:
            session = self._next_student()
        except Stopped:
            raise NoFreshStudent("the engine has no other student for this submission") from None
        self._send({"event": "resumed"})  # in the midst of a test: what it prints from now on may tell hidden inputs
        self._wait_for_go()
        return session

    def _refuse(self, findings: Sequence[Finding]) -> NoReturn:
        """The submission cannot be looked at: say why, and run no test."""
        error = {"type": "", "findings": [item.to_dict() for item in findings]}
        self._send({"event": "load_failed", "kind": "error", "error": error})
        raise Stopped

    def _metric(self, point: Metric) -> None:
        self._metrics += 1
        if self._metrics > MAX_METRICS:
            return
        if isinstance(point, tuple):
            self._send({"event": "progress", "label": point[1], "done": point[2], "total": point[3]})
        else:
            values = {clean_text(name, 64): value for name, value in point.items() if name != "step"}
            self._send({"event": "metric", "step": point.get("step"), "values": values})

    def _show_figures(self, desk: Desk) -> None:
        """Of a Run, what matplotlib has left open. Losing it changes nothing else."""
        session = desk.session
        if not self._visible or isinstance(session, NoSession) or session.gone is not None or session.retired:
            return
        session.deadline = time.monotonic() + FIGURE_SECONDS
        try:
            drawn = session.request("figures", None)
        except StudentGone:
            return
        except Exception as error:
            if not hasattr(error, "failure"):
                raise
            return
        if not drawn:
            return
        for picture in importlib.import_module("graders.examiner.drawing").made_anew(drawn):  # with Pillow: rarely
            text = base64.b64encode(picture).decode()
            pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
            for number, piece in enumerate(pieces, start=1):
                self._send({"event": "figure", "data": piece, "last": number == len(pieces)})

    def _send(self, event: dict[str, Any]) -> None:
        try:
            # not as ASCII: texts of the student's would become three times as long, and a packet is bounded
            self._report.sendall(json.dumps(event, ensure_ascii=False).encode("utf-8", "replace"))
        except OSError as error:  # the engine has cancelled, or is gone
            raise Stopped from error


def load_findings(failure: StudentFailure) -> list[Finding]:
    """Why a submission does not load. Nothing hidden had reached it: its own message may be shown."""
    frame = failure.frames[-1] if failure.frames else None
    if failure.kind == "forbidden":
        return [context.finding("forbidden-name", name=failure.name)]
    if failure.base in ("SyntaxError", "IndentationError", "TabError") and frame is not None:
        return [context.finding("syntax-error", file=frame.file, line=frame.line, message=failure.message)]
    if failure.base == "ModuleNotFoundError" and failure.name:
        return [context.finding("missing-module", name=failure.name)]
    if failure.type in ("SystemExit", "KeyboardInterrupt"):
        return [context.finding("exited", type=failure.type)]
    where = context.finding("raised", type=failure.type)
    if frame is not None:
        values = {"type": failure.type, "file": frame.file, "line": frame.line, "source": frame.source}
        where = context.finding("raised-at", **values)
    return [where, context.finding("raised-message", message=failure.message)]


def _no_error(gone: StudentGone) -> dict[str, Any]:
    return {"type": "", "message": str(gone), "file": "", "line": 0, "frames": []}
