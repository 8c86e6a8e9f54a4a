"""One slot's life: left by one student, overwritten, and only then another's."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from graders.accelerators.finding import Accelerator
from graders.accelerators.proving import works
from graders.accelerators.scrubber import ScrubFailed
from graders.accelerators.watching import Watch, WatchFailed
from graders.control import ZygoteGone
from graders.outside import BoxFailed
from graders.ready import Student
from graders.sandbox.limits import BoxLimits

log = logging.getLogger("graders.accelerators")

GONE_SECONDS = 30.0  #: what a driver may take to let go of a process that has ended
AGAIN_SECONDS = 30.0  #: after which a slot that is out of service is tried again
SAMPLE_SECONDS = 0.25
SLACK_MB = 128  #: less than any context has: by so much the memory of an empty slot may differ
#: Faults of the hardware, after which a device is not trusted before somebody has looked: memory errors that could not
#: be corrected or contained, a device that is lost, and a dead processor in it. Source: NVIDIA's table of Xid errors.
HARDWARE_FAULTS = frozenset({48, 61, 62, 64, 74, 79, 92, 94, 95, 109, 119, 120, 136, 140})


class State(StrEnum):
    """Where a slot stands."""

    LEAVING = "leaving"  #: NVML may still show what was there
    SCRUBBING = "scrubbing"  #: its free memory is being overwritten
    CLEAN = "clean"
    HELD = "held"  #: by one submission
    OUT = "out"  #: of service; ``reason`` says why


class Maker(Protocol):
    """Who makes students and ends them: a runtime's ``Standby``."""

    @property
    def one_at_a_time(self) -> bool: ...

    def make_on(self, device: Accelerator, limits: BoxLimits) -> Student: ...

    def discard(self, student: Student) -> None: ...


class SlotBroken(Exception):
    """The slot cannot be used now; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A student whose context waits."""

    student: Student
    maker: Maker
    limits: BoxLimits


class Slot:
    """One device or slice. It is begun as one that somebody has just left."""

    def __init__(
        self,
        accelerator: Accelerator,
        watch: Watch,
        *,
        scrub: Callable[[str], int],
        contexts: int,
        changed: Callable[[], None],
    ) -> None:
        """
        Args:
            scrub: overwrites the free memory of a slot, by its UUID.
            contexts: how many wait while nobody holds it: 1 or 0.
            changed: is told whenever ``state`` has changed, in any thread.

        Raises:
            WatchFailed: NVML does not answer.
        """
        self.accelerator, self.state, self.reason = accelerator, State.LEAVING, ""
        self._watch, self._scrub, self._contexts, self._changed = watch, scrub, contexts, changed
        self._others = watch.processes()  #: that were there before us, and what they use
        self._idle_mb = watch.used_mb()
        self._usual: tuple[Maker, BoxLimits] | None = None
        self._waiting: Waiting | None = None
        self._student: Student | None = None
        self._left: Future[None] | None = None
        self._others_mb = 0
        self.peak_mb = 0  #: of the device's memory, by the present submission
        self._sampled = 0.0
        self._hardware = ""
        self._closing = threading.Event()
        self._chores = ThreadPoolExecutor(1, thread_name_prefix="slot")

    @property
    def size_mb(self) -> int:
        """What it promises to a submission: all but what is in use when nobody holds it."""
        return self.accelerator.memory_mb - self._idle_mb

    def begin(self, maker: Maker, limits: BoxLimits) -> None:
        """Make it clean for the first time, with a context of these limits."""
        self._usual = (maker, limits)
        self.release()

    # What its holder asks.

    def take(self, maker: Maker, limits: BoxLimits) -> Student:
        """A student on it: the one that waits, or a new one. Its holder has no other then.

        Raises:
            BoxFailed, ZygoteGone: there can be none.
        """
        waiting, self._waiting = self._waiting, None
        try:
            if self._left is not None:
                self._left.result()
                self._left = None
                self._empty()
            if waiting is not None and (waiting.maker, waiting.limits) == (maker, limits) and self._usable(waiting):
                self._student = waiting.student
                return self._student
            if waiting is not None:
                waiting.maker.discard(waiting.student)
                self._empty()
        except (SlotBroken, WatchFailed) as error:
            raise BoxFailed(f"{self.accelerator.name}: {error}") from error
        self._usual = (maker, limits)
        self._student = maker.make_on(self.accelerator, limits)
        return self._student

    def leave(self, maker: Maker, student: Student) -> None:
        """End a student of its holder's in the background."""
        self._student = None
        self._left = self._chores.submit(maker.discard, student)

    def waiting_pids(self) -> list[int]:
        """The processes of the student whose context waits; none where none does."""
        waiting = self._waiting
        return [] if waiting is None else waiting.student.box.pids()

    def sample(self, *, now: bool = False) -> None:
        """Look whose memory it is, four times a second at most; ``now``: in any case."""
        if self._student is None or (not now and time.monotonic() - self._sampled < SAMPLE_SECONDS):
            return
        self._sampled = time.monotonic()
        try:
            used, own = self._watch.processes(), set(self._student.box.pids())
        except WatchFailed as error:
            log.warning("%s: %s", self.accelerator.name, error)
            return
        if own & used.keys():  # else NVML speaks of other pids than we do, and cannot be asked whose is whose
            self.peak_mb = max(self.peak_mb, sum(mb for pid, mb in used.items() if pid in own))
            self._others_mb = max(self._others_mb, sum(mb for pid, mb in used.items() if pid not in own))

    @property
    def taken_by_others(self) -> bool:
        """Whether somebody else held memory that this slot promises while the present submission had it."""
        return self._others_mb > sum(self._others.values()) + SLACK_MB

    def trouble(self) -> str:
        """Why what the present submission met on it is no word on the submission; empty where nothing is known."""
        try:
            self._hear_faults()
        except WatchFailed as error:
            return str(error)
        return self._hardware

    def release(self) -> None:
        """Its holder has gone, students and all: make it clean again in the background."""
        self._left = None  # what ends the last student stands before the cleaning in one row
        self._set(State.LEAVING)
        self._chores.submit(self._clean).add_done_callback(_log_failure)

    def close(self) -> None:
        """Let go of it, and end the student that waits."""
        self._closing.set()
        self._chores.shutdown(wait=True)
        self._drop_waiting()

    # What it does by itself.

    def _clean(self) -> None:
        while not self._closing.is_set():
            try:
                self._drop_waiting()
                self._hear_faults()
                if self._hardware:
                    self._set(State.OUT, self._hardware)
                    return
                self._make_clean()
            except (SlotBroken, WatchFailed, ScrubFailed, BoxFailed, ZygoteGone) as error:
                self._set(State.OUT, str(error))
                self._closing.wait(AGAIN_SECONDS)
            else:
                self._set(State.CLEAN)
                return

    def _make_clean(self) -> None:
        self._set(State.LEAVING)
        self._empty()
        self._set(State.SCRUBBING)
        done = self._scrub(self.accelerator.uuid)
        log.info("%s: %d MB overwritten", self.accelerator.name, done // 2**20)
        self._empty()
        self.peak_mb = self._others_mb = 0
        if self._usual is not None and self._contexts and not self._usual[0].one_at_a_time:
            maker, limits = self._usual
            self._waiting = Waiting(student=maker.make_on(self.accelerator, limits), maker=maker, limits=limits)

    def _empty(self) -> None:
        """Wait until NVML shows nothing of ours any more.

        Raises:
            SlotBroken: it still does.
            WatchFailed: it shows nothing at all.
        """
        deadline, pause = time.monotonic() + GONE_SECONDS, 0.005
        while True:
            strangers = sorted(self._watch.processes().keys() - self._others.keys())
            used = self._watch.used_mb()
            if not strangers and used <= self._idle_mb + SLACK_MB:
                self._idle_mb = min(self._idle_mb, used)
                return
            if time.monotonic() > deadline or self._closing.is_set():
                whose = f"processes {strangers}" if strangers else f"{used - self._idle_mb} MB of nobody's"
                raise SlotBroken(f"NVML still shows {whose} after {GONE_SECONDS:.0f} s")
            self._closing.wait(pause)
            pause = min(2 * pause, 0.25)

    def _usable(self, waiting: Waiting) -> bool:
        """Whether a context that waits has met no fault, and computes."""
        return not self._hear_faults() and not waiting.student.box.has_ended and works(waiting.student)

    def _hear_faults(self) -> list[int]:
        heard = self._watch.faults()
        for number in heard:
            log.warning("%s: Xid %d", self.accelerator.name, number)
        if found := sorted(HARDWARE_FAULTS.intersection(heard)):
            self._hardware = f"the driver has told of a fault of the hardware (Xid {found[0]}): look at it and restart"
        return heard

    def _drop_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.maker.discard(waiting.student)

    def _set(self, state: State, reason: str = "") -> None:
        if reason and reason != self.reason:
            log.error("%s is out of service: %s", self.accelerator.name, reason)
        self.state, self.reason = state, reason
        self._changed()


def _log_failure(chore: Future[None]) -> None:
    if (error := chore.exception()) is not None:
        log.error("a slot could not be made clean", exc_info=error)
