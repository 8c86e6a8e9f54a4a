"""The grading engine of one process: thread-safe, and refusing where it cannot isolate what it would run."""

from __future__ import annotations

import logging
import math
import os
import platform
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

from graders import ladder
from graders.accelerators.slots import HoldCancelled, Place, Slots, with_driver
from graders.control import ZygoteGone
from graders.exercise import Exercise
from graders.found import Found
from graders.grading import Event, Grading
from graders.ladder import FIRST_UID, UIDS, EngineUnavailable
from graders.outside import BoxFailed
from graders.ready import Template, TemplateBroken
from graders.report import Outcome, Report
from graders.reporting import Circumstances, make_report
from graders.sandbox.limits import BoxLimits
from graders.standby import Standby

__all__ = ["VERSION", "Engine", "EngineUnavailable", "Mode"]

VERSION = "0.1.0"
Mode = Literal["hidden", "visible"]
#: Before something is graded once more: what the same end takes down has gone by then.
BREATH_SECONDS = 0.5
log = logging.getLogger("graders.engine")


class Engine:
    """Grades submissions, at most ``slots`` at a time.

    Raises:
        EngineUnavailable: no rung of the ladder stands on this machine, or a runtime does not start.
    """

    def __init__(
        self,
        *,
        slots: int = 1,
        runtimes: tuple[str, ...] = ("torch",),
        rung: str | None = None,
        node: str = "",
        devices: Slots | None = None,
    ) -> None:
        """``devices``: the accelerators' slots, for exercises that need one; so many submissions run at a time then."""
        self._rung, self._devices = ladder.find(rung), devices
        self.slots = 1 if self._rung.one_at_a_time else slots if devices is None else len(devices.all)
        self._node = node or socket.gethostname()
        self._free = threading.Semaphore(self.slots)
        self._lock = threading.Lock()
        self._running: dict[str, Grading] = {}
        self._cancelled: set[str] = set()
        self._waiting: set[str] = set()
        self._closed = False
        self.runtimes = runtimes
        self._uids = deque(range(FIRST_UID, FIRST_UID + UIDS))
        self._starting = {runtime: threading.Lock() for runtime in runtimes}
        self._standbys: dict[str, Standby] = {}
        try:
            standby = self._standby(runtimes[0])  # the others start when an exercise first needs them
            if devices is not None:
                devices.begin(standby)
        except (BoxFailed, ZygoteGone) as error:
            raise EngineUnavailable(f"a runtime does not start: {error}") from error

    def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        tests: Mode = "hidden",
        key: str | None = None,
        seed: int | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Report:
        """Grade one submission; blocks this thread until its report is there.

        Where a process of ours ended in the midst, or somebody killed the student's, it is graded once more: what made
        it end may have passed. Not on an accelerator: what failed there is looked into first.

        Args:
            files: the submission's files by name, as the exercise names them.
            tests: ``hidden`` to grade, ``visible`` for a Run.
            key: what ``cancel`` knows it by; unique among those that run.
            seed: a regrade's; by default a fresh secret one.
            on_event: hears live events; called in this thread.
        """
        key = key or secrets.token_hex(8)
        queued = time.monotonic()
        with self._lock:
            self._waiting.add(key)
        try:
            self._free.acquire()
            try:
                waited = time.monotonic() - queued
                ask = partial(self._grade, exercise, files, tests, key, seed, on_event or _nobody, waited)
                report = ask()
                if _may_be_our_fault(report) and exercise.needs.device == "cpu":
                    log.warning("something failed under %s, perhaps by our fault: once more", key)
                    time.sleep(BREATH_SECONDS)
                    report = ask()
                return report
            finally:
                self._free.release()
        finally:
            with self._lock:
                self._waiting.discard(key)
                self._cancelled.discard(key)

    def cancel(self, key: str) -> bool:
        """End a submission that waits or runs; False if none of this key does."""
        with self._lock:
            if key not in self._waiting:
                return False
            self._cancelled.add(key)
            grading = self._running.get(key)
            if grading is not None:
                grading.cancel()
            return True

    def state(self) -> dict[str, Any]:
        """What this engine is: for heartbeats, ``doctor`` and the pools page."""
        facts = {runtime: standby.facts for runtime, standby in list(self._standbys.items())}
        first = facts[self.runtimes[0]]
        return {
            "engine": VERSION,
            "isolation": self._rung.isolation,
            "memory_limit": self._rung.memory_limit,
            "reasons": dict(self._rung.reasons),
            "out_of_service": dict(self._devices.reasons) if self._devices is not None else {},
            "slots": self.slots if self._devices is None else min(self.slots, self._devices.in_service),
            "runtimes": list(self.runtimes),  # the first is warm, the others start when they are needed
            "python": first["python"],
            "torch": first["torch"],
            "device": "cpu" if self._devices is None else "cuda",
        }

    def close(self) -> None:
        """End everything: what runs is cancelled, zygotes and templates go."""
        with self._lock:
            self._closed = True
            for grading in self._running.values():
                grading.cancel()
        for _ in range(self.slots):
            self._free.acquire(timeout=10)
        for starting in self._starting.values():
            starting.acquire()  # for good: nothing starts any more
        if self._devices is not None:
            self._devices.close()
        for standby in self._standbys.values():
            standby.close()

    def _standby(self, runtime: str) -> Standby:
        """What stands ready for a runtime; started here where nothing does yet.

        Raises:
            BoxFailed, ZygoteGone: it does not start.
        """
        standby = self._standbys.get(runtime)
        if standby is not None:
            return standby
        with self._starting[runtime]:
            if runtime not in self._standbys:
                files = self._devices.files if self._devices is not None else ()
                standby = Standby(self._rung, runtime=runtime, slots=self.slots, uids=self._uids, devices=files)
                standby.refill(BoxLimits())
                self._standbys[runtime] = standby
            return self._standbys[runtime]

    def _grade(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        tests: Mode,
        key: str,
        seed: int | None,
        emit: Callable[[Event], None],
        waited: float,
    ) -> Report:
        seed = secrets.randbits(62) if seed is None else seed
        if exercise.runtime not in self.runtimes:
            return self._failed(exercise, files, f"this engine has no runtime {exercise.runtime!r}")
        if exercise.needs.device != "cpu" and self._devices is None:
            if exercise.cpu is None:
                return self._failed(exercise, files, "this machine has no GPU, and the exercise no sizes for a CPU")
            exercise = exercise.on_cpu()
        if tests == "hidden" and not exercise.tests:  # a person grades all of it
            return make_report(exercise, files, Found(), self._circumstances(exercise, waited=waited), names=())
        limits = _box_limits(exercise)
        try:
            standby = self._standby(exercise.runtime)
            template = standby.template(exercise, tests)
        except TemplateBroken as error:
            found = Found(outcomes=[Outcome.EXERCISE_ERROR], detail=str(error))
            known = self._circumstances(exercise, seed=seed, waited=waited)
            return make_report(exercise, files, found, known, names=tuple(exercise.tests))
        except (BoxFailed, ZygoteGone) as error:
            return self._failed(exercise, files, str(error))
        try:
            place = self._place(exercise, standby, key)
        except (BoxFailed, HoldCancelled) as error:
            standby.release(template)
            return self._failed(exercise, files, str(error), cancelled=isinstance(error, HoldCancelled))

        def begin() -> Grading:
            return Grading(
                exercise,
                files,
                mode=tests,
                seed=seed,
                standby=standby,
                limits=limits if place is None else with_driver(limits),
                emit=_guarded(emit),
                place=place,
            )

        try:
            grading, found = self._run(begin(), template, key)
            if found.lost_examiner and place is None:
                log.warning("an examiner ended in the midst of %s: once more, lest something of ours did it", key)
                grading, found = self._run(begin(), template, key)
        except (BoxFailed, ZygoteGone) as error:
            return self._failed(exercise, files, str(error))
        finally:
            standby.release(template)
            if place is None:
                standby.refill_later(limits, warm=not self._is_crowded)
            else:
                place.slot.release()
        names = template.names if tests == "visible" else tuple(exercise.tests)
        known = self._circumstances(
            exercise,
            seed=seed,
            waited=waited,
            output=grading.output.text(shown=True),
            withheld=grading.output.text(shown=False),
            figures=grading.figures.images(),
            **({} if place is None else place.provenance),
        )
        return make_report(exercise, files, found, known, names=names)

    @property
    def _is_crowded(self) -> bool:
        """Whether submissions keep every core busy, so that what is done in advance only takes from them."""
        return len(self._waiting) >= len(os.sched_getaffinity(0))

    def _run(self, grading: Grading, template: Template, key: str) -> tuple[Grading, Found]:
        """Run it, known by its key, so that it can be cancelled."""
        with self._lock:
            self._running[key] = grading
            if key in self._cancelled or self._closed:
                grading.cancel()
        try:
            return grading, grading.run(template)
        finally:
            with self._lock:
                del self._running[key]

    def _place(self, exercise: Exercise, standby: Standby, key: str) -> Place | None:
        """A slot on an accelerator, where the exercise needs one and a student sits at all.

        Raises:
            BoxFailed: there is none.
            HoldCancelled: the submission was cancelled before there was one.
        """
        if self._devices is None or exercise.needs.device == "cpu" or exercise.mode == "predictions":
            return None
        slot = self._devices.hold(
            memory_mb=exercise.needs.memory_mb, cancelled=lambda: self._closed or key in self._cancelled
        )
        return Place(slot, standby)

    def _failed(self, exercise: Exercise, files: Mapping[str, str], reason: str, *, cancelled: bool = False) -> Report:
        if not cancelled:
            log.error("platform error: %s", reason)
        found = Found(outcomes=[Outcome.CANCELLED if cancelled else Outcome.PLATFORM_ERROR], detail=reason)
        return make_report(exercise, files, found, self._circumstances(exercise), names=tuple(exercise.tests))

    def _circumstances(self, exercise: Exercise, **more: Any) -> Circumstances:
        standby = self._standbys.get(exercise.runtime)
        facts = standby.facts if standby is not None else {}
        return Circumstances(
            isolation=self._rung.isolation,
            memory_limit=self._rung.memory_limit,
            python=str(facts.get("python", platform.python_version())),
            torch=str(facts.get("torch", "")),
            versions=dict(facts.get("versions", {})),
            node=self._node,
            engine=VERSION,
            **more,
        )


def _may_be_our_fault(report: Report) -> bool:
    """A fault of ours, or SIGKILL within all limits: a program may send that to itself, but so may the kernel of a
    machine that runs out of memory, or an administrator."""
    killed = any(each.key == "killed-by-signal" and each.values["signal"] == "SIGKILL" for each in report.findings)
    return report.outcome is Outcome.PLATFORM_ERROR or killed


def _box_limits(exercise: Exercise) -> BoxLimits:
    limits = exercise.limits
    return BoxLimits(
        memory_mb=limits.memory_mb,
        processes=limits.processes,
        disk_mb=limits.disk_mb,
        threads=limits.threads,
        cpu_seconds=math.ceil(limits.cpu_seconds or 1.5 * (limits.load_seconds + limits.seconds)),
    )


def _guarded(emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """Losing an event never changes a grade: a listener that fails is logged and not asked again."""
    broken = False

    def say(event: Event) -> None:
        nonlocal broken
        if broken:
            return
        try:
            emit(event)
        except Exception:
            broken = True
            log.exception("a listener of live events failed")

    return say


def _nobody(_event: Event) -> None:
    """Nobody listens."""
