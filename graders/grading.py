"""One submission on its way: the conversation of the engine with an examiner and with sandboxed students.

The examiner says what the tests found; the kernel and each sandbox's init say how a student ended; the exercise says
how many points a test is worth. Nothing that the student's process says decides any of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from graders import packets, wire
from graders.exercise import Exercise
from graders.found import Found, Met
from graders.judging import judge
from graders.output import Output
from graders.report import Finding, Outcome, ReportInvalid, TestOutcome
from graders.sandbox.cgroups import Usage
from graders.sandbox.limits import BoxLimits
from graders.standby import Standby, Student, Template

MAX_RESTARTS = 2
MAX_FRESH = 20  #: students that tests may ask for, besides
#: What an examiner may take beyond the student's limits: the tests' own computing, and pytest's.
EXAMINER_SECONDS = 30.0
_POLL_SECONDS = 0.1
_MAX_DETAIL = 16_000

Event = dict[str, Any]


class ExaminerFailed(Exception):
    """The examiner ended, hung or broke its protocol: the tests are broken."""


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
    ) -> None:
        self._exercise, self._files, self._mode, self._seed = exercise, files, mode, seed
        self._standby, self._limits, self._emit = standby, limits, emit
        self._student: Student | None = None
        self._restarts = self._fresh = 0
        self._deadline = 0.0
        self._test = ""
        self._gone: tuple[str, str] | None = None  #: (test or "", reason) of a student that has gone and is not settled
        self._examiner = -1
        self._cancelled = threading.Event()
        self._wake, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.output = Output(kept_kb=exercise.limits.output_kb, on_text=self._say_output)
        self.found = Found()

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
            call = self._fresh_student()
            self._emit({"kind": "state", "state": "running"})
            started = time.monotonic()
            self.found.prepared = started - begun
            self._ask(template, call, theirs)
            self._converse(report)
            self.found.ran = time.monotonic() - started
        except (ExaminerFailed, PlatformFailed) as error:
            ours = isinstance(error, PlatformFailed) or template.box.vanished
            self.found.outcomes.append(Outcome.PLATFORM_ERROR if ours else Outcome.EXERCISE_ERROR)
            self.found.detail = f"{error}\n{template.box.last_words()}"
        finally:
            report.close()
            theirs.close()
            self._end_examiner()
            self._settle("")
            for descriptor in (self._wake, self._waker):
                os.close(descriptor)
        return self.found

    def _fresh_student(self) -> int:
        """Take a ready student, send it the submission, and return the descriptor that an examiner calls it on."""
        student = self._student = self._standby.take(self._limits)
        names, descriptors = self._standby.data(self._exercise)
        message = {
            "op": "load",
            "files": dict(self._files),
            "module": self._exercise.files[0].removesuffix(".py"),
            "data": names,
            "forbid": list(self._exercise.forbid),
            "seed": _loading_seed(self._seed),
        }
        try:
            with contextlib.suppress(OSError, wire.WireError):  # the examiner sees a student that has ended at once
                wire.send_frame(student.box.channel, message, deadline=time.monotonic() + 10, fds=descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self.output.turn(shown=True)
        return student.box.channel.fileno()

    def _ask(self, template: Template, call: int, theirs: socket.socket) -> None:
        limits = self._exercise.limits
        request = {
            "op": "examine",
            "seed": self._seed,
            "load_seconds": limits.load_seconds,
            "run_seconds": limits.seconds,
            "reply_mb": limits.reply_mb,
        }
        try:
            with template.lock:
                packets.send(template.box.channel, request, [call, theirs.fileno()])
        except OSError as error:
            raise PlatformFailed(f"the template of the tests has ended: {error}") from error
        theirs.close()  # so that the examiner's end is heard

    def _converse(self, report: socket.socket) -> None:
        """Hear the examiner, the student's output and its init until the examiner has said its last word."""
        limits = self._exercise.limits
        self._deadline = time.monotonic() + limits.load_seconds + limits.seconds + EXAMINER_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(report, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                watched = self._watch_output(selector)
                ready = {key.fileobj for key, _ in selector.select(_POLL_SECONDS)}
                if self._cancelled.is_set():
                    self.found.outcomes.append(Outcome.CANCELLED)
                    return
                if watched in ready and self._student is not None:
                    self._drain(self._student)
                self._check_student()
                if report in ready and self._hear(report):
                    return
                if time.monotonic() > self._deadline:
                    raise ExaminerFailed(f"the tests did not end in time (during {self._test or 'the start'})")

    def _watch_output(self, selector: selectors.BaseSelector) -> int:
        """Keep exactly the present student's output registered; its descriptor, or -1 if there is none to hear."""
        wanted = self._student.box.output if self._student is not None else -1
        known = [key.fd for key in selector.get_map().values() if key.data == "output"]
        for descriptor in known:
            if descriptor != wanted:
                selector.unregister(descriptor)
        if wanted >= 0 and wanted not in known:
            selector.register(wanted, selectors.EVENT_READ, "output")
        return wanted

    def _drain(self, student: Student) -> None:
        """Read what a student has printed by now."""
        while student.box.output >= 0 and not self.output.flooded:
            try:
                data = os.read(student.box.output, 65536)
            except BlockingIOError:
                return
            if not data:
                os.close(student.box.output)
                student.box.output = -1
                return
            self.output.feed(data)

    def _check_student(self) -> None:
        """End a student that is over a limit that only the kernel or the engine sees; the examiner then notices."""
        student = self._student
        if student is None or student.box.has_ended:
            return
        usage = student.box.usage()
        over = usage is not None and (usage.oom_kills or usage.cpu_seconds > self._limits.cpu_seconds)
        if self.output.flooded or over:
            student.box.kill()

    def _hear(self, report: socket.socket) -> bool:
        """Take one message of the examiner's; True after its last."""
        try:
            message, pid = packets.receive_message_with_pid(report)
        except (OSError, EOFError, ValueError) as error:
            raise ExaminerFailed(f"the examiner ended during {self._test or 'the start'}: {error}") from error
        event = message.get("event")
        if event == "hello":
            self._examiner = os.pidfd_open(pid)  # it waits for our word, so the pid is its own
            packets.send(report, {"op": "go"})
        elif event == "test_started":
            self._start_test(str(message["name"]))
            packets.send(report, {"op": "go"})
        elif event == "resumed":  # in the midst of a test, with a student that has just loaded
            self._start_test(self._test)
            packets.send(report, {"op": "go"})
        elif event == "test_ended":
            self._end_test(message)
        elif event == "load_failed":
            self._fail_to_load(message)
        elif event == "metric" and self.output.shown:  # numbers can tell hidden inputs as well as words can
            self._emit({"kind": "metric", "step": message.get("step"), "values": message.get("values", {})})
        elif event == "need_student":
            self._replace_student(report)
        return event == "end"

    def _start_test(self, name: str) -> None:
        """What was printed before this moment belongs to what ran before; the examiner waits until it is divided."""
        if self._student is not None:
            self._drain(self._student)
        test = self._exercise.tests.get(name)
        self.output.turn(shown=self._mode == "visible" or (test is not None and test.output == "shown"))
        self._test = name

    def _end_test(self, message: Mapping[str, Any]) -> None:
        name = str(message["name"])
        met = Met(
            outcome=TestOutcome.FAILED,
            findings=_findings(message),
            detail=str(message.get("detail", ""))[:_MAX_DETAIL],
            seconds=float(message.get("seconds", 0.0)),
            fraction=min(max(float(message.get("fraction", 0.0)), 0.0), 1.0),
        )
        self.found.tests[name] = met
        if message["outcome"] == "gone":
            self._gone = (name, str(message.get("reason", "eof")))
            met.outcome = TestOutcome.TIMED_OUT if message.get("reason") == "timeout" else TestOutcome.ERROR
            met.findings = ()  # how it ended is the kernel's to say
            self._settle(name)
        else:
            met.outcome = TestOutcome(message["outcome"])
        self._emit({"kind": "test", "name": name, "outcome": str(met.outcome)})

    def _fail_to_load(self, message: Mapping[str, Any]) -> None:
        if message.get("kind") == "gone":
            self._gone = ("", str(message.get("reason", "eof")))
            self._settle("")
            return
        error = message.get("error") or {}
        self.found.outcomes.append(Outcome.DISK_LIMIT if error.get("errno") == 28 else Outcome.STUDENT_ERROR)
        self.found.findings.extend(_findings(error))
        self.found.detail = _frames(error)

    def _replace_student(self, report: socket.socket) -> None:
        if self._student is None:  # it has gone, and the other tests go on with another
            self._restarts += 1
        else:  # a test has asked for a fresh one
            self._fresh += 1
            self._settle("")
        if self._restarts > MAX_RESTARTS or self._fresh > MAX_FRESH or self.output.flooded:
            packets.send(report, {"op": "stop"})
            return
        self._deadline += self._exercise.limits.load_seconds
        call = self._fresh_student()
        packets.send(report, {"op": "student"}, [call])

    def _settle(self, test: str) -> None:
        """End the present student and learn from the kernel how it ended."""
        student, self._student = self._student, None
        if student is None:
            return
        self._drain(student)
        usage = student.box.usage()
        if self._all_is_well(student, usage):  # then nothing is to be learnt from its end, and nobody waits for it
            self._account(usage)
            self._standby.discard_later(student)
            return
        ending = student.box.end(by_itself=self._gone is not None and self._gone[1] == "eof")
        self._drain(student)
        self._account(ending.usage)
        gone, self._gone = self._gone, None
        verdict = judge(
            ending,
            reason=gone[1] if gone else "",
            failed=any(met.outcome is not TestOutcome.PASSED for met in self.found.tests.values()),
            flooded=self.output.flooded,
            limits=self._exercise.limits,
            cpu_seconds=self._limits.cpu_seconds,
            seconds=self._limit_seconds(),
        )
        if verdict is not None:
            self.found.outcomes.append(verdict.outcome)
            met = self.found.tests.get(test)
            if met is not None:
                met.findings = (*met.findings, verdict.finding)
            else:
                self.found.findings.append(verdict.finding)
        self._standby.discard_later(student)

    def _all_is_well(self, student: Student, usage: Usage | None) -> bool:
        """Whether every test passed and a living student has met no limit, by the kernel's own counts."""
        return (
            usage is not None
            and not self._standby.one_at_a_time
            and bool(self.found.tests)
            and all(met.outcome is TestOutcome.PASSED for met in self.found.tests.values())
            and not self.found.outcomes
            and self._gone is None
            and not self.output.flooded
            and not usage.oom_kills
            and usage.cpu_seconds <= self._limits.cpu_seconds
            and not student.box.has_ended
        )

    def _account(self, usage: Usage | None) -> None:
        if usage is not None:
            self.found.cpu_seconds += usage.cpu_seconds
            self.found.peak_memory_mb = max(self.found.peak_memory_mb, usage.peak_memory_bytes / 2**20)

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


def _loading_seed(seed: int) -> int:
    """What a student is seeded with before any test: from the secret seed, and nothing to compute it from."""
    return int.from_bytes(hashlib.blake2b(f"{seed}\0loading".encode(), digest_size=8).digest(), "little") >> 1


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
