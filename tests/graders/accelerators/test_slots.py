"""A slot goes to the next student only when nothing of the last one is left on it, and never when it is not sound."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from graders.accelerators import slot as slot_module
from graders.accelerators import slots as slots_module
from graders.accelerators.finding import Accelerator, NoDevices, find
from graders.accelerators.proving import works
from graders.accelerators.scrubber import LEFT, MEBIBYTE, ScrubFailed, overwrite
from graders.accelerators.slot import Slot, State
from graders.accelerators.slots import HoldCancelled, Slots
from graders.accelerators.watching import Watch
from graders.inside.device import PROVED
from graders.outside import BoxFailed
from graders.sandbox.limits import BoxLimits
from graders.wire import recv_bytes, send_bytes
from tests.graders.accelerators.nvml import Card, Nvml

LIMITS = BoxLimits()
OURS = 4242


class Bench:
    """A slot with a scripted driver below it and, above, students that are a pid on the card and a socket."""

    one_at_a_time = False

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, contexts: int = 1, slow_to_go: bool = False) -> None:
        monkeypatch.setattr(slot_module, "GONE_SECONDS", 0.3)
        monkeypatch.setattr(slot_module, "AGAIN_SECONDS", 0.05)
        self.card = Card("GPU-0")
        self.nvml: Any = Nvml(self.card)
        self.story: list[str] = []
        self.slow_to_go, self.sound, self.scrub_fails = slow_to_go, True, False
        accelerator = Accelerator(uuid="GPU-0", name="Scripted GPU", memory_mb=8000, driver="600.1", files=())
        self.slots = Slots(
            [(accelerator, Watch(cast(Any, self.nvml), self.card, parent=self.card))],
            contexts=contexts,
            overwrite=self.scrub,
        )
        self.slot: Slot = self.slots.all[0]

    def scrub(self, uuid: str) -> int:
        assert self.card.processes == {}, "overwritten while somebody was there"
        self.story.append(f"scrub {uuid}")
        if self.scrub_fails:
            raise ScrubFailed("1024 MiB could not be had")
        return 7700 * MEBIBYTE

    def make_on(self, device: Accelerator, limits: BoxLimits) -> Any:
        assert self.card.processes == {}, "made while somebody was there"
        self.story.append("make")
        self.card.processes[OURS], self.card.used_mb = 600, 900
        return SimpleNamespace(box=SimpleNamespace(has_ended=False, pids=lambda: [OURS], channel=None))

    def discard(self, student: Any) -> None:
        self.story.append("discard")
        if not self.slow_to_go:
            self.gone()

    def gone(self) -> None:
        self.card.processes.clear()
        self.card.used_mb = 300

    def begin(self) -> None:
        self.slot.begin(self, LIMITS)

    def hold(self) -> Slot:
        return self.slots.hold(memory_mb=1000, cancelled=lambda: False)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench(monkeypatch)
    monkeypatch.setattr(slot_module, "works", lambda _student: made.sound)
    yield made
    made.slots.close()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_memory_is_overwritten_before_anybody_comes_and_between_two(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    first = slot.take(bench, LIMITS)
    assert bench.story == ["scrub GPU-0", "make"]  # the one that waited, and no other beside it
    slot.leave(bench, first)
    slot.release()
    second = bench.hold().take(bench, LIMITS)
    assert bench.story == ["scrub GPU-0", "make", "discard", "scrub GPU-0", "make"]
    slot.leave(bench, second)


def test_a_slot_is_free_when_the_driver_shows_the_old_process_gone_and_not_before(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    bench.slow_to_go = True
    slot.leave(bench, slot.take(bench, LIMITS))
    slot.release()
    until(lambda: slot.state is State.OUT)
    assert str(OURS) in slot.reason
    with pytest.raises(BoxFailed, match="4242"):
        bench.hold()
    assert bench.slots.in_service == 0
    bench.gone()
    until(lambda: slot.state is State.CLEAN)  # by itself: a driver may only have been slow
    assert (slot.reason, bench.slots.in_service) == ("", 1)


def test_memory_that_nobody_is_named_for_keeps_a_slot_too(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    slot.leave(bench, slot.take(bench, LIMITS))
    bench.slow_to_go = True  # as in a container, where the driver lists no process
    until(lambda: bench.story[-1] == "discard")
    bench.card.processes.clear()
    bench.card.used_mb = 900
    slot.release()
    until(lambda: slot.state is State.OUT)
    assert "600 MB of nobody's" in slot.reason


@pytest.mark.parametrize("fault", ["does not compute", "Xid", "has ended"])
def test_a_context_that_waited_is_thrown_away_after_a_fault(bench: Bench, fault: str) -> None:
    bench.begin()
    slot = bench.hold()
    waiting: Any = slot._waiting
    if fault == "Xid":
        bench.card.faults.append(31)  # of some program's making
    elif fault == "has ended":
        waiting.student.box.has_ended = True
    else:
        bench.sound = False
    student = slot.take(bench, LIMITS)
    assert student is not waiting.student
    assert bench.story == ["scrub GPU-0", "make", "discard", "make"]
    assert slot.trouble() == ""
    slot.leave(bench, student)


def test_a_fault_of_the_hardware_is_not_the_students_and_keeps_the_device_out(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    student = slot.take(bench, LIMITS)
    bench.card.faults.extend([13, 79])
    assert "Xid 79" in slot.trouble()
    slot.leave(bench, student)
    slot.release()
    until(lambda: slot.state is State.OUT)
    time.sleep(0.2)
    assert slot.state is State.OUT  # until somebody has looked
    assert list(bench.slots.reasons) == ["Scripted GPU GPU-0"]


def test_a_slot_that_cannot_be_overwritten_is_nobodys(bench: Bench) -> None:
    bench.scrub_fails = True
    bench.begin()
    until(lambda: bench.slot.state is State.OUT)
    assert "1024 MiB" in bench.slot.reason
    assert "make" not in bench.story
    bench.scrub_fails = False
    until(lambda: bench.slot.state is State.CLEAN)


def test_a_slot_of_which_nothing_is_known_is_nobodys(bench: Bench) -> None:
    bench.nvml.broken = True
    bench.begin()
    until(lambda: bench.slot.state is State.OUT)
    assert "the driver is gone" in bench.slot.reason
    assert bench.story == []


def test_whose_fault_a_full_device_is_the_driver_says(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    student = slot.take(bench, LIMITS)
    bench.card.processes[OURS] = 7000
    slot.sample(now=True)
    assert (slot.peak_mb, slot.taken_by_others) == (7000, False)
    bench.card.processes[99] = 4000  # an operator's, who has come in the meantime
    slot.sample(now=True)
    assert slot.taken_by_others
    del bench.card.processes[99]
    slot.leave(bench, student)
    slot.release()
    bench.hold().take(bench, LIMITS)
    assert not slot.taken_by_others


def test_a_second_student_of_one_submission_comes_when_the_first_has_gone(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    slot.leave(bench, slot.take(bench, LIMITS))
    slot.take(bench, LIMITS)
    assert bench.story == ["scrub GPU-0", "make", "discard", "make"]  # its own memory may meet it again


def test_other_limits_and_no_waiting_context_make_a_new_student(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, contexts=0)
    bench.begin()
    slot = bench.hold()
    assert bench.story == ["scrub GPU-0"]
    slot.leave(bench, slot.take(bench, BoxLimits(memory_mb=4096)))
    slot.release()
    bench.hold()
    assert bench.story == ["scrub GPU-0", "make", "discard", "scrub GPU-0"]
    bench.slots.close()


def test_one_submission_has_a_slot_and_the_next_waits_or_is_cancelled(bench: Bench) -> None:
    bench.begin()
    slot = bench.hold()
    given_up = threading.Event()
    with pytest.raises(HoldCancelled):
        threading.Timer(0.2, given_up.set).start()
        bench.slots.hold(memory_mb=1000, cancelled=given_up.is_set)
    with pytest.raises(BoxFailed, match="needs 9000 MB"):
        bench.slots.hold(memory_mb=9000, cancelled=lambda: False)
    assert slot.size_mb == 7700


def test_devices_and_slices_are_found_with_their_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    whole = Card("GPU-whole", minor=0)
    parts = tuple(Card(f"MIG-{n}", name="Part", memory_mb=2000, instance=(n, 0)) for n in (1, 2))
    nvml: Any = Nvml(whole, Card("GPU-cut", minor=1, slices=parts))
    minors = tmp_path / "mig-minors"
    minors.write_text(
        "config 1\ngpu1/gi1/access 12\ngpu1/gi1/ci0/access 13\ngpu1/gi2/access 21\ngpu1/gi2/ci0/access 22\n"
    )
    monkeypatch.setattr("graders.accelerators.finding._MIG_MINORS", minors)
    monkeypatch.setattr("pathlib.Path.exists", lambda _path: True)
    found = {accelerator.uuid: accelerator for accelerator, _ in find("all", nvml=nvml)}
    assert list(found) == ["GPU-whole", "MIG-1", "MIG-2"]
    common = ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools"]
    assert [path for path, _ in found["GPU-whole"].files] == [*common, "/dev/nvidia0"]
    caps = ["/dev/nvidia-caps/nvidia-cap21", "/dev/nvidia-caps/nvidia-cap22"]
    assert [path for path, _ in found["MIG-2"].files] == [*common, "/dev/nvidia1", *caps]
    assert (found["MIG-2"].memory_mb, found["MIG-2"].driver, found["MIG-2"].kind) == (2000, "600.1", "cuda")
    assert [each.uuid for each, _ in find("0", nvml=nvml)] == ["GPU-whole"]
    assert [each.uuid for each, _ in find("MIG-2,GPU-whole", nvml=nvml)] == ["GPU-whole", "MIG-2"]
    assert [each.uuid for each, _ in find("GPU-cut", nvml=nvml)] == ["MIG-1", "MIG-2"]
    with pytest.raises(NoDevices, match=r"'7'.*GPU-whole"):
        find("7", nvml=nvml)
    nvml.broken = True
    with pytest.raises(NoDevices, match="driver"):
        find("all", nvml=nvml)
    with pytest.raises(NoDevices, match="pip install"):
        find("all", nvml=None)


def test_the_driver_is_made_to_make_its_last_file_before_anybody_is_jailed(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [("/dev/nvidiactl", "/dev/nvidiactl")]
    card, story = Card("GPU-0"), []
    nvml: Any = Nvml(card)

    def found(which: str) -> list[tuple[Accelerator, Watch]]:
        story.append(which)
        facts: dict[str, Any] = {"uuid": "GPU-0", "name": "Card", "memory_mb": 8000, "driver": "600.1"}
        return [(Accelerator(files=tuple(files), **facts), Watch(nvml, card, parent=card))]

    def scrub(uuid: str) -> int:
        story.append(f"scrub {uuid}")
        files.append(("/dev/nvidia-uvm", "/dev/nvidia-uvm"))
        return 0

    monkeypatch.setattr(slots_module, "find", found)
    monkeypatch.setattr(slots_module, "scrub", scrub)
    slots = Slots.of_this_machine("all")
    assert dict(slots.files).keys() == {"/dev/nvidiactl", "/dev/nvidia-uvm"}
    assert story == ["all", "scrub GPU-0", "all"]
    slots.close()


class Scattered:
    """A device's memory with room for pieces of some sizes only."""

    def __init__(self, *sizes_mb: int, kept_mb: int) -> None:
        self.room, self.kept = [size * MEBIBYTE for size in sizes_mb], kept_mb * MEBIBYTE
        self.taken: dict[int, int] = {}
        self.cleared: dict[int, int] = {}
        self.finished = False

    def free(self) -> int:
        return sum(self.room) + self.kept

    def take(self, size: int) -> int | None:
        for place, room in enumerate(self.room):
            if room >= size:
                self.room[place] -= size
                self.taken[len(self.taken) + 1] = size
                return len(self.taken)
        return None

    def clear(self, address: int, size: int) -> None:
        self.cleared[address] = size

    def finish(self) -> None:
        self.finished = True


def test_the_scrubber_overwrites_all_that_it_can_have_and_says_when_that_is_not_enough() -> None:
    memory = Scattered(5000, 3, 700, kept_mb=100)
    assert overwrite(memory) == (5000 + 2 + 700) * MEBIBYTE
    assert memory.cleared == memory.taken
    assert memory.finished
    with pytest.raises(ScrubFailed, match="300 MiB"):
        overwrite(Scattered(5000, kept_mb=300))
    assert LEFT == 256 * MEBIBYTE


def test_a_student_answers_with_one_word_whether_its_context_works() -> None:
    ours, theirs = socket.socketpair()
    student: Any = SimpleNamespace(box=SimpleNamespace(channel=ours))
    send_bytes(theirs, PROVED, deadline=None)
    assert works(student)
    assert b"prove" in recv_bytes(theirs, deadline=None)
    send_bytes(theirs, b"no", deadline=None)
    assert not works(student)
    theirs.close()
    assert not works(student)
    ours.close()
