"""The student's place in a grading: who sits there now, what it prints, and how it ended."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import selectors
import time
from collections.abc import Mapping

from graders import wire
from graders.accelerators.slots import Place
from graders.exercise import Exercise
from graders.found import Found
from graders.judging import judge
from graders.output import Output
from graders.ready import Student
from graders.report import TestOutcome
from graders.sandbox.cgroups import Usage
from graders.sandbox.limits import BoxLimits
from graders.standby import Standby

log = logging.getLogger(__name__)


class Seat:
    """One sandboxed student at a time, each used once. In a mode without a student nobody is ever seated."""

    def __init__(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        seed: int,
        standby: Standby,
        limits: BoxLimits,
        output: Output,
        found: Found,
        place: Place | None = None,
    ) -> None:
        """``place``: the slot on an accelerator where the students sit; else they have none."""
        self._exercise, self._files, self._seed = exercise, files, seed
        self._place, self._standby = place, place or standby
        self._limits, self._output, self._found = limits, output, found
        self.student: Student | None = None
        #: how one that is not settled yet has gone, as the examiner saw it: "", "eof", "timeout" or "protocol"
        self.gone = ""

    def fill(self) -> int:
        """Take a ready student, send it the submission, and return the descriptor that an examiner calls it on."""
        student = self.student = self._standby.take(self._limits)
        log.info("the sandbox of process %d gets the submission", student.box.init)
        names, descriptors = self._standby.data(self._exercise)
        by_cell = self._exercise.mode == "notebook"  # whose cells come one by one, from the examiner
        message = {
            "op": "load",
            "files": {} if by_cell else dict(self._files),
            "module": "" if by_cell else self._exercise.files[0].removesuffix(".py"),
            "data": names,
            "forbid": list(self._exercise.forbid),
            "seed": _loading_seed(self._seed),
        }
        try:
            with contextlib.suppress(
                OSError, wire.WireError, wire.FrameGone
            ):  # the examiner sees a student that has ended at once
                wire.send_frame(student.box.channel, message, deadline=time.monotonic() + 10, fds=descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return student.box.channel.fileno()

    def watch(self, selector: selectors.BaseSelector) -> int:
        """Keep exactly the present student's output registered; its descriptor, or -1 if there is none to hear."""
        wanted = self.student.box.output if self.student is not None else -1
        known = [key.fd for key in selector.get_map().values() if key.data == "output"]
        for descriptor in known:
            if descriptor != wanted:
                selector.unregister(descriptor)
        if wanted >= 0 and wanted not in known:
            selector.register(wanted, selectors.EVENT_READ, "output")
        return wanted

    def drain(self) -> None:
        """Read what the student has printed by now."""
        student = self.student
        while student is not None and student.box.output >= 0 and not self._output.flooded:
            try:
                data = os.read(student.box.output, 65536)
            except BlockingIOError:
                return
            if not data:
                os.close(student.box.output)
                student.box.output = -1
                return
            self._output.feed(data)

    def check(self) -> None:
        """End a student that is over a limit that only the kernel or the engine sees; the examiner then notices."""
        student = self.student
        if student is None or student.box.has_ended:
            return
        if self._place is not None:
            self._place.slot.sample()
        usage = student.box.usage()
        over = usage is not None and (usage.oom_kills or usage.cpu_seconds > self._limits.cpu_seconds)
        if self._output.flooded or over:
            student.box.kill()

    def settle(self, test: str, *, seconds: float) -> None:
        """End the present student and learn from the kernel how it ended.

        Args:
            test: during which it went, or "".
            seconds: the wall time that it had there.
        """
        if self.student is None:
            return
        self.drain()
        student, self.student = self.student, None
        usage = student.box.usage()
        if self._all_is_well(student, usage):  # then nothing is to be learnt from its end, and nobody waits for it
            self._account(usage)
            self._standby.discard_later(student)
            return
        ending = student.box.end(by_itself=self.gone == "eof")
        self.student = student
        self.drain()
        self.student = None
        self._account(ending.usage)
        reason, self.gone = self.gone, ""
        verdict = judge(
            ending,
            reason=reason,
            failed=any(met.outcome is not TestOutcome.PASSED for met in self._found.tests.values()),
            flooded=self._output.flooded,
            limits=self._exercise.limits,
            cpu_seconds=self._limits.cpu_seconds,
            seconds=seconds,
        )
        if verdict is not None:
            self._found.outcomes.append(verdict.outcome)
            met = self._found.tests.get(test)
            if met is not None:
                met.findings = (*met.findings, verdict.finding)
            else:
                self._found.findings.append(verdict.finding)
        self._standby.discard_later(student)

    def _all_is_well(self, student: Student, usage: Usage | None) -> bool:
        """Whether every test passed and a living student has met no limit, by the kernel's own counts."""
        return (
            usage is not None
            and not self._standby.one_at_a_time
            and bool(self._found.tests)
            and all(met.outcome is TestOutcome.PASSED for met in self._found.tests.values())
            and not self._found.outcomes
            and not self.gone
            and not self._output.flooded
            and not usage.oom_kills
            and usage.cpu_seconds <= self._limits.cpu_seconds
            and not student.box.has_ended
        )

    def _account(self, usage: Usage | None) -> None:
        if usage is not None:
            self._found.cpu_seconds += usage.cpu_seconds
            self._found.peak_memory_mb = max(self._found.peak_memory_mb, usage.peak_memory_bytes / 2**20)


def _loading_seed(seed: int) -> int:
    """What a student is seeded with before any test: from the secret seed, and nothing to compute it from."""
    return int.from_bytes(hashlib.blake2b(f"{seed}\0loading".encode(), digest_size=8).digest(), "little") >> 1
