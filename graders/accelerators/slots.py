"""All slots of a machine: which submission gets which, and what a submission's seat asks of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from graders.accelerators.finding import MEMORY_MANAGER, Accelerator, NoDevices, find
from graders.accelerators.scrubber import ScrubFailed, scrub
from graders.accelerators.slot import GONE_SECONDS, Slot, State
from graders.accelerators.watching import Watch, WatchFailed
from graders.exercise import Exercise
from graders.outside import BoxFailed
from graders.ready import Student
from graders.sandbox.limits import BoxLimits
from graders.standby import Standby

#: What a driver and its libraries take beside the student's code, of memory, threads and processor time.
DRIVER_MEMORY_MB, DRIVER_THREADS, DRIVER_CPU_SECONDS = 1024, 32, 15
WAIT_SECONDS = 4 * GONE_SECONDS


class HoldCancelled(Exception):
    """The submission was cancelled while it waited for a slot."""


class Place:
    """A slot in the hands of one submission: it gives students as a ``Standby`` does, one at a time."""

    def __init__(self, slot: Slot, standby: Standby) -> None:
        self.slot, self._standby = slot, standby
        self.one_at_a_time = standby.one_at_a_time

    @property
    def provenance(self) -> dict[str, str]:
        """What graded here, for the report."""
        return {"device": self.slot.accelerator.name, "driver": self.slot.accelerator.driver}

    def take(self, limits: BoxLimits) -> Student:
        return self.slot.take(self._standby, limits)

    def discard_later(self, student: Student) -> None:
        self.slot.leave(self._standby, student)

    def data(self, exercise: Exercise) -> tuple[list[str], list[int]]:
        return self._standby.data(exercise)


class Slots:
    """Hands out slots; each is clean when somebody gets it."""

    def __init__(
        self,
        found: Sequence[tuple[Accelerator, Watch]],
        *,
        contexts: int = 1,
        overwrite: Callable[[str], int] = scrub,
    ) -> None:
        """
        Args:
            found: the devices and slices, as ``finding.find`` finds them.
            contexts: how many wait on each while nobody holds it: 1 or 0.
            overwrite: overwrites a slot's free memory, by its UUID; the bytes that were.
        """
        self._changed = threading.Condition()
        self.all = tuple(
            Slot(accelerator, watch, scrub=overwrite, contexts=contexts, changed=self._tell)
            for accelerator, watch in found
        )

    @classmethod
    def of_this_machine(cls, which: str, *, contexts: int = 1) -> Slots:
        """Those that ``which`` names: see ``finding.find``.

        Raises:
            NoDevices: one that is named is not here, or NVML does not answer.
        """
        try:
            found = find(which)
            if any(MEMORY_MANAGER not in dict(accelerator.files) for accelerator, _ in found):
                scrub(found[0][0].uuid)  # the first program that uses a device has the driver make this file
                found = find(which)
            return cls(found, contexts=contexts)
        except (WatchFailed, ScrubFailed) as error:
            raise NoDevices(str(error)) from error

    @property
    def files(self) -> list[tuple[str, str]]:
        """The device files of all slots, each once."""
        return list(dict.fromkeys(file for slot in self.all for file in slot.accelerator.files))

    @property
    def in_service(self) -> int:
        return sum(slot.state is not State.OUT for slot in self.all)

    @property
    def reasons(self) -> dict[str, str]:
        """Why slots are out of service, by name."""
        return {f"{slot.accelerator.name} {slot.accelerator.uuid}": slot.reason for slot in self.all if slot.reason}

    def begin(self, standby: Standby) -> None:
        """Make all of them clean, in the background."""
        for slot in self.all:
            slot.begin(standby, with_driver(BoxLimits()))

    def hold(self, *, memory_mb: int, cancelled: Callable[[], bool]) -> Slot:
        """The smallest clean slot with so much memory; waits until there is one.

        Raises:
            BoxFailed: there is none, or none in time.
            HoldCancelled: it is not wanted any more.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        with self._changed:
            while True:
                fitting = sorted(
                    (slot for slot in self.all if slot.size_mb >= memory_mb), key=lambda slot: slot.size_mb
                )
                if not fitting:
                    most = max(slot.size_mb for slot in self.all)
                    raise BoxFailed(f"the exercise needs {memory_mb} MB on a device; this machine has {most} MB")
                for slot in fitting:
                    if slot.state is State.CLEAN:
                        slot.state = State.HELD
                        return slot
                if all(slot.state is State.OUT for slot in fitting) or time.monotonic() > deadline:
                    told = "; ".join(self.reasons.values()) or "all are in use"
                    raise BoxFailed(f"no device is free: {told}")
                if cancelled():
                    raise HoldCancelled
                self._changed.wait(0.2)

    def close(self) -> None:
        for slot in self.all:
            slot.close()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


def with_driver(limits: BoxLimits) -> BoxLimits:
    """The limits of a student on a device: what its driver takes is not the student's."""
    return replace(
        limits,
        memory_mb=limits.memory_mb + DRIVER_MEMORY_MB,
        processes=limits.processes + DRIVER_THREADS,
        cpu_seconds=limits.cpu_seconds + DRIVER_CPU_SECONDS,
    )
