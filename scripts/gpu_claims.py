"""Claims about students on GPUs, each a function that says what it found, or raises."""

from __future__ import annotations

import contextlib
import functools
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from graders.accelerators.finding import NoDevices, find
from graders.accelerators.scrubber import scrub
from graders.accelerators.slot import Slot, State
from graders.accelerators.slots import Slots
from graders.engine import Engine, EngineUnavailable
from graders.exercise import Exercise
from graders.report import Outcome, Report, TestOutcome

FOLDER = Path(__file__).resolve().parent / "gpu_exercise"
CLEAN_SECONDS = 120.0
PATTERN = 0x5A5A5A5A

#: What a student's code finds around itself, with CUDA's threads running; printed as one line of JSON.
LOOK = """
import errno, fcntl, json, os, socket
torch.ones(8, device=DEVICE) @ torch.ones(8, device=DEVICE)
def refused(what, *arguments):
    try:
        what(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno, "?")
    return "allowed"
statuses = [open(f"/proc/self/task/{task}/status").read() for task in os.listdir("/proc/self/task")]
tasks = [dict(line.split(":", 1) for line in status.splitlines()) for status in statuses]
null, numbered = os.stat("/dev/null").st_rdev, [f"/dev/nvidia{number}" for number in range(64)]
print(json.dumps({
    "threads": len(tasks),
    "filtered": sum(task["Seccomp"].strip() == "2" and task["NoNewPrivs"].strip() == "1" for task in tasks),
    "capabilities": sorted({task["CapEff"].strip() for task in tasks}),
    "shadow": refused(open, "/etc/shadow"),
    "execve": refused(os.execv, "/bin/true", ["true"]),
    "network": refused(socket.socket, socket.AF_INET, socket.SOCK_STREAM),
    "terminal": refused(fcntl.ioctl, os.open("/dev/null", os.O_RDWR), 0x5412, b"x"),
    "files": [path for path in numbered if os.path.exists(path) and os.stat(path).st_rdev != null],
    "visible": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
    "cuda": torch.cuda.is_available(),
}))
"""
FULL = "\ndef product(a):\n    return torch.empty(1 << 50, dtype=torch.uint8, device=a.device)\n"
OUTSIDE = """
def product(a):
    torch.nn.functional.embedding(torch.full((4,), 10**6, device=a.device), a)
    return a @ a
"""
DYING = """
import os
def product(a):
    big = torch.ones(8192, 8192, device=a.device)
    for _ in range(50):
        big = big @ big
    os._exit(0)
"""
ENDLESS = """
def product(a):
    big = torch.ones(8192, 8192, device=a.device)
    while True:
        big = big @ big
"""
#: Fill half of what is free with a pattern; look for it in nine tenths of what is free, without having written there.
PLANT = """
def last():
    free, _ = torch.cuda.mem_get_info()
    kept = torch.full((free // 8,), PATTERN, dtype=torch.int32, device="cuda")
    torch.cuda.synchronize()
    print(kept.numel() * 4)
    return "done"
"""
SEARCH = """
def last():
    found = looked = 0
    pieces = []
    free, _ = torch.cuda.mem_get_info()
    while looked < 0.9 * free:
        piece = torch.empty(1 << 26, dtype=torch.int32, device="cuda")
        found += int((piece == PATTERN).sum())
        looked += piece.numel() * 4
        pieces.append(piece)
    print(found * 4, looked)
    return "done"
"""


class NotRun(Exception):
    """This machine has not what the claim is about; the message says what."""


@functools.cache
def exercise() -> Exercise:
    return Exercise.load(FOLDER)


def submission(code: str = "", *, device: str = "cuda") -> dict[str, str]:
    text = (FOLDER / "solution.py").read_text("utf-8")
    return {"submission.py": text + code.replace("PATTERN", str(PATTERN)).replace("DEVICE", repr(device))}


@contextlib.contextmanager
def engine(*, contexts: int = 1, rung: str | None = None, scrubbed: bool = True) -> Iterator[tuple[Engine, Slot]]:
    """An engine on this machine's first slot, once that is clean."""
    try:
        slots = Slots(find("all")[:1], contexts=contexts, overwrite=scrub if scrubbed else lambda _uuid: 0)
        opened = Engine(devices=slots, rung=rung, runtimes=("torch",))
    except (NoDevices, EngineUnavailable) as error:
        raise NotRun(str(error)) from error
    try:
        clean(slots.all[0])
        yield opened, slots.all[0]
    finally:
        opened.close()


def clean(slot: Slot) -> float:
    """Wait until nothing of the last student is left; the seconds that it took."""
    begun = time.monotonic()
    while slot.state is not State.CLEAN:
        if time.monotonic() - begun > CLEAN_SECONDS:
            raise AssertionError(f"the slot is {slot.state} after {CLEAN_SECONDS:.0f} s. {slot.reason}")
        time.sleep(0.02)
    return time.monotonic() - begun


def graded(opened: Engine, code: str = "") -> Report:
    return opened.grade(exercise(), submission(code))


def full_marks(report: Report) -> Report:
    assert report.outcome is Outcome.GRADED and report.score == report.max_score, _told(report)
    return report


def _told(report: Report) -> str:
    tests = ", ".join(f"{test.name} {test.outcome} ({test.message})" for test in report.tests)
    return f"{report.outcome}: {report.message} {tests} {report.output_withheld[-500:]}"


def devices_are_found() -> str:
    told = []
    for accelerator, watch in find("all"):
        missing = [path for path, _ in accelerator.files if not Path(path).exists()]
        names = {Path(path).name for path, _ in accelerator.files}
        assert not missing and {"nvidiactl", "nvidia-uvm"} <= names, f"device files: {sorted(names)}"
        memory = f"{watch.used_mb()} of {accelerator.memory_mb} MB in use"
        told.append(f"{accelerator.name}, {memory}, driver {accelerator.driver}")
    return "; ".join(told)


def computes_behind_the_sandbox() -> str:
    with engine() as (opened, slot):
        report = full_marks(graded(opened))
        assert report.provenance.device == slot.accelerator.name and report.provenance.driver
        return f"{report.provenance.isolation}, {report.seconds.ran:.2f} s"


def computes_behind_landlock() -> str:
    with engine(rung="landlock", contexts=0) as (opened, _slot):
        report = full_marks(graded(opened))
        return f"{report.provenance.isolation}, {report.seconds.ran:.2f} s"


def threads_are_confined() -> str:
    with engine() as (opened, slot):
        found = json.loads(full_marks(graded(opened, LOOK)).output.splitlines()[0])
        assert found["threads"] == found["filtered"] > 1, found
        assert set("".join(found["capabilities"])) == {"0"}, found
        refused = {name: found[name] for name in ("shadow", "execve", "network", "terminal")}
        assert "allowed" not in refused.values(), refused
        assert found["visible"] == slot.accelerator.uuid
        own = [path for path, _ in slot.accelerator.files if path.removeprefix("/dev/nvidia").isdigit()]
        assert set(found["files"]) <= set(own), found
        return json.dumps(found)


def others_see_nothing() -> str:
    with engine() as (opened, _slot):
        report = full_marks(opened.grade(exercise().on_cpu(), submission(LOOK, device="cpu")))
        found = json.loads(report.output.splitlines()[0])
        assert report.provenance.device == "cpu"
        assert not found["cuda"] and not found["files"] and found["terminal"] != "allowed", found
        return ""


def parents_have_no_context() -> str:
    _accelerator, watch = find("all")[0]
    before, idle = watch.processes().keys(), watch.used_mb()
    with engine() as (_opened, slot):
        own, shown = set(slot.waiting_pids()), watch.processes().keys() - before
        assert own, "no context waits"
        if not shown & own:
            raise NotRun("NVML lists no process here, or by other numbers")
        assert shown <= own, f"NVML shows {sorted(shown - own)} besides"
        return f"one context waits, {watch.used_mb() - idle} MB"


def full_device_is_the_students_fault() -> str:
    with engine() as (opened, slot):
        report = graded(opened, FULL)
        assert report.outcome is Outcome.OUT_OF_MEMORY, _told(report)
        clean(slot)
        full_marks(graded(opened))
        return report.message


def fault_costs_its_test_alone() -> str:
    with engine() as (opened, slot):
        report = graded(opened, OUTSIDE)
        outcomes = [test.outcome for test in report.tests]
        assert outcomes[0] is not TestOutcome.PASSED, _told(report)
        assert outcomes[1:] == [TestOutcome.PASSED] * 2, _told(report)
        clean(slot)
        full_marks(graded(opened))
        return report.tests[0].message


def _next_is_graded_after(code: str, outcome: Outcome) -> str:
    with engine() as (opened, slot):
        report = graded(opened, code)
        assert report.outcome is outcome, _told(report)
        seconds = clean(slot)
        full_marks(graded(opened))
        return f"clean after {seconds:.2f} s"


def dying_frees_the_device() -> str:
    return _next_is_graded_after(DYING, Outcome.CRASHED)


def endless_work_ends() -> str:
    return _next_is_graded_after(ENDLESS, Outcome.TIMED_OUT)


def _left_behind(*, scrubbed: bool) -> str:
    with engine(contexts=0, scrubbed=scrubbed) as (opened, slot):
        planted = int(full_marks(graded(opened, PLANT)).output.split()[0])
        seconds = clean(slot)
        found, looked = map(int, full_marks(graded(opened, SEARCH)).output.split()[:2])
        told = f"{found} of {planted} planted bytes in {looked} that were searched; clean after {seconds:.2f} s"
        assert not scrubbed or found == 0, told
        return told


def nothing_is_left_for_the_next() -> str:
    without = _left_behind(scrubbed=False)
    return f"{_left_behind(scrubbed=True)}; without overwriting: {without}"


def a_waiting_context_saves_time() -> str:
    medians = []
    for contexts in (1, 0):
        with engine(contexts=contexts) as (opened, slot):
            seconds = []
            for _ in range(5):
                clean(slot)
                seconds.append(full_marks(graded(opened)).seconds.prepared)
            medians.append(statistics.median(seconds))
    assert medians[0] < medians[1], medians
    return f"prepared in {medians[0]:.3f} s with one, {medians[1]:.3f} s without (medians of 5)"


def slices_are_slots() -> str:
    found = [accelerator for accelerator, _ in find("all") if accelerator.uuid.startswith("MIG-")]
    if not found:
        raise NotRun("no device is divided into MIG slices")
    for accelerator in found:
        assert any("nvidia-cap" in path for path, _ in accelerator.files), accelerator
    with engine() as (opened, _slot):
        full_marks(graded(opened))
    return f"{len(found)} slices"


CLAIMS: Mapping[str, Callable[[], str]] = {
    "the driver tells of each device, and its files are there": devices_are_found,
    "a submission computes on the device, in a context that its sandbox was built around": computes_behind_the_sandbox,
    "so it does on the rung landlock": computes_behind_landlock,
    "every thread of a student with a context is confined, and reaches its own device alone": threads_are_confined,
    "a student without a device sees none on the same machine": others_see_nothing,
    "one context waits, and no parent of students has any": parents_have_no_context,
    "a full device is the student's fault, and the next is graded": full_device_is_the_students_fault,
    "a fault on the device costs the test that it came up in, and the next is graded": fault_costs_its_test_alone,
    "a student that ends in the midst of work frees the device": dying_frees_the_device,
    "endless work on the device ends at the limit, and frees it": endless_work_ends,
    "nothing that one student leaves in the device's memory meets the next": nothing_is_left_for_the_next,
    "a context that waits saves the next student time": a_waiting_context_saves_time,
    "a MIG slice is a slot": slices_are_slots,
}
