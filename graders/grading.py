"""One submission on its way: the conversation of the engine with an examiner and with sandboxed students.

The examiner says what the tests found; the kernel and each sandbox's init say how a student ended; the exercise says
how many points a test is worth. Nothing that the student's process says decides any of it.

A ``module`` is loaded by a student, whom the examiner calls. A ``notebook`` goes to the examiner, which sends its cells
to a student one by one. ``predictions`` go to the examiner alone: no code of a student's runs.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from graders import packets
from graders.accelerators.slots import Place
from graders.exercise import Exercise
from graders.figures import Figures
from graders.found import Found, Met
from graders.output import Output
from graders.ready import Template
from graders.report import MAX_FINDINGS, Finding, Outcome, ReportInvalid, TestOutcome
from graders.sandbox.limits import BoxLimits
from graders.sealed import sealed_file
from graders.seat import Seat
from graders.standby import Standby

MAX_RESTARTS = 2
MAX_FRESH = 20  #: students that tests may ask for, besides
#: What an examiner may take beyond the student's limits: the tests' own computing, and pytest's.
EXAMINER_SECONDS = 30.0
_POLL_SECONDS = 0.1
_MAX_DETAIL = 16_000
_NO_ROOM = "OutOfMemoryError"  #: what torch raises where a device has no room

Event = dict[str, Any]


class ExaminerFailed(Exception):
    """The examiner ended, hung or broke its protocol: the tests are broken."""


class ExaminerEnded(ExaminerFailed):
    """The examiner ended without its last word: the tests ended it, or somebody from outside did."""


class PlatformFailed(Exception):
    """Something of ours has ended in the midst of it: neither the student's fault nor the author's."""


class Grading:
    """Grades one submission; used once, by one thread, while ``cancel`` may come from another."""

    def __init__(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        mode: str,
        seed: int,
        standby: Standby,
        limits: BoxLimits,
        emit: Callable[[Event], None],
        place: Place | None = None,
    ) -> None:
        """``place``: its slot on an accelerator, where the exercise needs one."""
        self._exercise, self._files, self._seed, self._emit = exercise, files, seed, emit
        self._visible = mode == "visible"
        self._restarts = self._fresh = 0
        self._deadline = 0.0
        self._test = ""
        self._secret = False  #: a hidden test has begun, so what the student says since may tell of it
        self._examiner = -1
        self._cancelled = threading.Event()
        self._wake, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.output = Output(kept_kb=exercise.limits.output_kb, on_text=self._say_output)
        self.figures = Figures()
        self.found = Found()
        self._place = place
        self._seat = Seat(
            exercise,
            files,
            seed=seed,
            standby=standby,
            limits=limits,
            output=self.output,
            found=self.found,
            place=place,
        )

    def cancel(self) -> None:
        self._cancelled.set()
        with contextlib.suppress(OSError):  # it has just ended by itself
            os.write(self._waker, b"c")

    def run(self, template: Template) -> Found:
        """Grade; always returns what was found."""
        begun = time.monotonic()
        report, theirs = packets.pair()
        report.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            self._emit({"kind": "state", "state": "preparing"})
            descriptors = {"report": theirs.fileno()}
            if self._exercise.mode != "predictions":
                descriptors["call"] = self._seat.fill()
                self.output.turn(shown=True)
            self._emit({"kind": "state", "state": "running"})
            started = time.monotonic()
            self.found.prepared = started - begun
            self._ask(template, descriptors)
            theirs.close()  # so that the examiner's end is heard
            self._converse(report)
            self.found.ran = time.monotonic() - started
        except (ExaminerFailed, PlatformFailed) as error:
            ours = isinstance(error, PlatformFailed) or template.box.vanished
            self.found.outcomes.append(Outcome.PLATFORM_ERROR if ours else Outcome.EXERCISE_ERROR)
            self.found.detail = f"{error}\n{template.box.last_words()}"
            self.found.lost_examiner = isinstance(error, ExaminerEnded) and not ours
        finally:
            report.close()
            theirs.close()
            self._end_examiner()
            self._settle("")
            if self._place is not None and (trouble := self._place.slot.trouble()):
                self.found.outcomes.append(Outcome.PLATFORM_ERROR)
                self.found.detail += f"\n{trouble}"
            for descriptor in (self._wake, self._waker):
                os.close(descriptor)
        return self.found

    def _ask(self, template: Template, descriptors: dict[str, int]) -> None:
        limits = self._exercise.limits
        if self._exercise.mode != "module":  # what it reads itself
            text = self._files[self._exercise.files[0]].encode("utf-8", "surrogatepass")
            descriptors["submission"] = sealed_file("submission", text)
        request = {
            "op": "examine",
            "descriptors": list(descriptors),
            "seed": self._seed,
            "load_seconds": limits.load_seconds,
            "run_seconds": limits.seconds,
            "reply_mb": limits.reply_mb,
        }
        try:
            with template.lock:
                packets.send(template.box.channel, request, list(descriptors.values()))
        except OSError as error:
            raise PlatformFailed(f"the template of the tests has ended: {error}") from error
        finally:
            if "submission" in descriptors:
                os.close(descriptors["submission"])

    def _converse(self, report: socket.socket) -> None:
        """Hear the examiner, the student's output and its init until the examiner has said its last word."""
        limits = self._exercise.limits
        self._deadline = time.monotonic() + limits.load_seconds + limits.seconds + EXAMINER_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(report, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                watched = self._seat.watch(selector)
                ready = {key.fileobj for key, _ in selector.select(_POLL_SECONDS)}
                if self._cancelled.is_set():
                    self.found.outcomes.append(Outcome.CANCELLED)
                    return
                if watched in ready:
                    self._seat.drain()
                self._seat.check()
                if report in ready and self._hear(report):
                    return
                if time.monotonic() > self._deadline:
                    raise ExaminerFailed(f"the tests did not end in time (during {self._test or 'the start'})")

    def _hear(self, report: socket.socket) -> bool:
        """Take one message of the examiner's; True after its last."""
        try:
            message, pid = packets.receive_message_with_pid(report)
        except (OSError, EOFError, ValueError) as error:
            raise ExaminerEnded(f"the examiner ended during {self._test or 'the start'}: {error}") from error
        match message.get("event"):
            case "hello":
                self._examiner = os.pidfd_open(pid)  # it waits for our word, so the pid is its own
                packets.send(report, {"op": "go"})
            case "test_started":
                self._divide(str(message["name"]))
                packets.send(report, {"op": "go"})
            case "resumed":  # in the midst of a test, with a student that has just loaded
                self._divide(self._test)
                packets.send(report, {"op": "go"})
            case "test_ended":
                self._end_test(message)
            case "cell_started":
                self._seat.drain()
                self._test = ""
                self.output.turn(shown=not self._secret and not message.get("again"))
                packets.send(report, {"op": "go"})
            case "cell_ended":
                self._end_cell(message)
            case "load_failed":
                self._fail_to_load(message)
            case "metric" if self.output.shown:  # numbers can tell hidden inputs as well as words can
                self._emit({"kind": "metric", "step": message.get("step"), "values": message.get("values", {})})
            case "progress" if self.output.shown:
                told = {name: message.get(name) for name in ("label", "done", "total")}
                self._emit({"kind": "progress", **told})
            case "figure" if self.output.shown:
                self.figures.take(message)
            case "need_student":
                self._replace_student(report)
            case "end":
                return True
        return False

    def _divide(self, name: str) -> None:
        """What was printed before this moment belongs to what ran before; the examiner waits until it is divided."""
        self._seat.drain()
        test = self._exercise.tests.get(name)
        shown = self._visible or (test is not None and test.output == "shown")
        self._secret = self._secret or not shown
        self.output.turn(shown=shown)
        self._test = name

    def _end_test(self, message: Mapping[str, Any]) -> None:
        name = str(message["name"])
        met = Met(
            outcome=TestOutcome.FAILED,
            findings=_findings(message),
            detail=str(message.get("detail", ""))[:_MAX_DETAIL],
            seconds=float(message.get("seconds", 0.0)),
            fraction=min(max(float(message.get("fraction", 0.0)), 0.0), 1.0),
            measures={str(key): float(value) for key, value in message.get("measures", {}).items()},
        )
        self.found.tests[name] = met
        if message["outcome"] == "gone":
            met.outcome = TestOutcome.TIMED_OUT if message.get("reason") == "timeout" else TestOutcome.ERROR
            met.findings = ()  # how it ended is the kernel's to say
            self._seat.gone = str(message.get("reason", "eof"))
            self._settle(name)
        else:
            met.outcome = TestOutcome(message["outcome"])
            self._blame_for_full_device(met.findings)
        self._emit({"kind": "test", "name": name, "outcome": str(met.outcome)})

    def _end_cell(self, message: Mapping[str, Any]) -> None:
        """A cell that raised or overran is told of; the next one runs."""
        room = MAX_FINDINGS - len(self.found.findings)
        self.found.findings.extend(_findings(message)[:room])
        if message.get("reason"):
            self._seat.gone = str(message["reason"])
            self._settle("", seconds=float(message.get("limit", 0.0)))

    def _fail_to_load(self, message: Mapping[str, Any]) -> None:
        if message.get("kind") == "gone":
            self._seat.gone = str(message.get("reason", "eof"))
            self._settle("")
            return
        error = message.get("error") or {}
        self.found.outcomes.append(Outcome.DISK_LIMIT if error.get("errno") == 28 else Outcome.STUDENT_ERROR)
        self.found.findings.extend(_findings(error))
        self._blame_for_full_device(_findings(error))
        self.found.detail = _frames(error) if error.get("type") else ""

    def _replace_student(self, report: socket.socket) -> None:
        if self._seat.student is None:  # it has gone, and the other tests go on with another
            self._restarts += 1
        else:  # a test has asked for a fresh one
            self._fresh += 1
            self._settle("")
        if self._restarts > MAX_RESTARTS or self._fresh > MAX_FRESH or self.output.flooded:
            packets.send(report, {"op": "stop"})
            return
        begun = time.monotonic()
        call = self._seat.fill()
        self._deadline += self._exercise.limits.load_seconds + time.monotonic() - begun
        self.output.turn(shown=True)  # it has seen nothing hidden
        packets.send(report, {"op": "student"}, [call])

    def _blame_for_full_device(self, findings: tuple[Finding, ...]) -> None:
        """Where the student's code found no room on the device: whose fault it was is NVML's to say, not theirs."""
        if self._place is None or not any(finding.values.get("type") == _NO_ROOM for finding in findings):
            return
        slot = self._place.slot
        slot.sample(now=True)
        if slot.taken_by_others:
            self.found.outcomes.append(Outcome.PLATFORM_ERROR)
            self.found.detail = f"somebody else's process held the memory of {slot.accelerator.name}"
        elif Outcome.OUT_OF_MEMORY not in self.found.outcomes:
            self.found.outcomes.append(Outcome.OUT_OF_MEMORY)
            self.found.findings.append(Finding(key="out-of-device-memory", values={"limit_mb": slot.size_mb}))

    def _settle(self, test: str, *, seconds: float = 0.0) -> None:
        self._seat.settle(test, seconds=seconds or self._limit_seconds())

    def _limit_seconds(self) -> float:
        if not self._test:
            return self._exercise.limits.load_seconds
        test = self._exercise.tests.get(self._test)
        return test.seconds if test is not None else self._exercise.limits.seconds

    def _end_examiner(self) -> None:
        if self._examiner >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._examiner, signal.SIGKILL)
            os.close(self._examiner)
            self._examiner = -1

    def _say_output(self, text: str) -> None:
        self._emit({"kind": "output", "text": text, "shown": True})


def _findings(message: Mapping[str, Any]) -> tuple[Finding, ...]:
    try:
        return tuple(Finding.from_dict(item) for item in message.get("findings", []))
    except ReportInvalid as error:
        raise ExaminerFailed(f"the examiner sent a finding that is none: {error}") from error


def _frames(error: Mapping[str, Any]) -> str:
    """The student's own frames, as a traceback shows them."""
    lines = [f"{error.get('type')}: {error.get('message')}"]
    lines += [
        f'  File "{frame.get("file")}", line {frame.get("line")}, in {frame.get("name")}\n    {frame.get("source")}'
        for frame in error.get("frames", [])
    ]
    return "\n".join(lines)[:_MAX_DETAIL]
