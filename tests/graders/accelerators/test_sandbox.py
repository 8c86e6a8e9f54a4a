"""What a student on an accelerator can reach: its own device's files, and nothing that others cannot reach either.

The files are /dev/zero and /dev/full under the names of a device's. What no test here can show is a driver behind them:
``make gpu-check`` does, on a machine that has one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from graders.accelerators.finding import Accelerator
from graders.accelerators.slots import Slots
from graders.accelerators.watching import Watch
from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome
from tests.graders.accelerators.nvml import Card, Nvml

FOLDER = Path(__file__).parent / "exercises" / "placed"
SOLUTION = (FOLDER / "solution.py").read_text()
#: Requests to a driver, its memory manager, a terminal (TIOCSTI), a block device, and one of a driver that is not ours.
REQUESTS = {"driver": 0xC020462B, "manager": 37, "manager begins": 0x30000001, "terminal": 0x5412, "other": 0xC0104B01}

LOOK = """
import errno, fcntl, json, os, resource, socket
def ask(path, request):
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError as error:
        return "closed: " + errno.errorcode[error.errno]
    try:
        fcntl.ioctl(descriptor, request, b"\\0" * 256)
    except OSError as error:
        return errno.errorcode[error.errno]
    finally:
        os.close(descriptor)
    return "done"
REQUESTS = ASKED
found = {name: ask("/dev/nvidia0", request) for name, request in REQUESTS.items()}
found["null"] = ask("/dev/null", REQUESTS["driver"])
if os.path.exists("/dev/nvidia1"):
    found["of another"] = os.stat("/dev/nvidia1").st_rdev == os.stat("/dev/null").st_rdev
found["common"] = ask("/dev/nvidiactl", REQUESTS["driver"])
found["slice"] = ask("/dev/nvidia-caps/nvidia-cap7", REQUESTS["driver"])
found["address space"] = resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
found["data"] = resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
found["seccomp"], found["capabilities"] = status["Seccomp"].strip(), status["CapEff"].strip()
try:
    open("/etc/shadow")
    found["shadow"] = "read"
except OSError as error:
    found["shadow"] = errno.errorcode[error.errno]
try:
    os.execv("/usr/bin/true", ["true"])
except OSError as error:
    found["execve"] = errno.errorcode[error.errno]
try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)
except OSError as error:
    found["network"] = errno.errorcode[error.errno]
print(json.dumps(found))
""".replace("ASKED", repr(REQUESTS))


def slots(*cards: Card, files: Sequence[tuple[tuple[str, str], ...]], **options: Any) -> Slots:
    nvml: Any = Nvml(*cards)
    found = [
        (
            Accelerator(
                uuid=card.uuid, name=card.name, memory_mb=card.memory_mb, driver="600.1", files=of_card, kind="files"
            ),
            Watch(nvml, card, parent=card),
        )
        for card, of_card in zip(cards, files, strict=True)
    ]
    return Slots(found, overwrite=options.pop("overwrite", lambda _uuid: 0), **options)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    common = ("/dev/nvidiactl", "/dev/zero")
    first = (common, ("/dev/nvidia0", "/dev/zero"), ("/dev/nvidia-caps/nvidia-cap7", "/dev/zero"))
    second = (common, ("/dev/nvidia1", "/dev/full"))
    both = slots(Card("GPU-0", name="Small GPU"), Card("GPU-1", memory_mb=16_000), files=[first, second])
    opened = Engine(rung="namespaces", devices=both)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def placed() -> Exercise:
    return Exercise.load(FOLDER)


def test_a_student_reaches_the_files_of_its_own_device_by_the_requests_of_a_driver_alone(
    engine: Engine, placed: Exercise
) -> None:
    report = engine.grade(placed, {"submission.py": SOLUTION + LOOK})
    assert report.outcome is Outcome.GRADED, report
    assert (report.score, report.provenance.device, report.provenance.driver) == (3, "Small GPU", "600.1")
    found = json.loads(report.output)
    for name in ("driver", "manager", "manager begins"):
        assert found[name] == "ENOTTY", name  # the filter let it pass: it is /dev/zero that knows no such request
    assert found["terminal"] == found["other"] == "EPERM"
    assert found["common"] == found["slice"] == "ENOTTY"
    assert found["of another"] is True  # covered: nothing but /dev/null is behind it
    assert found["null"] == "ENOTTY"
    assert found["address space"] is found["data"] is True
    assert (found["seccomp"], found["capabilities"]) == ("2", "0" * 16)
    assert found["shadow"] in ("ENOENT", "EACCES")
    assert (found["execve"], found["network"]) == ("EPERM", "EAFNOSUPPORT")


def test_a_student_without_a_device_sees_none_of_it_on_the_same_machine(engine: Engine, tmp_path: Path) -> None:
    text = (FOLDER / "exercise.yaml").read_text()
    folder = tmp_path / "plain"
    folder.mkdir()
    head, _, rest = text.partition("cpu:\n")
    plain = head.replace("needs: {device: cuda, memory_mb: 1000}\n", "") + "tests:" + rest.partition("tests:")[2]
    (folder / "exercise.yaml").write_text(plain)
    (folder / "test_hidden.py").write_text((FOLDER / "test_hidden.py").read_text())
    report = engine.grade(Exercise.load(folder), {"submission.py": SOLUTION + LOOK})
    assert (report.outcome, report.score, report.provenance.device) == (Outcome.GRADED, 3, "cpu"), report
    found = json.loads(report.output)
    assert found["driver"] == found["common"] == "closed: ENOENT"
    assert found["null"] == "EPERM"


@pytest.mark.long
def test_the_landlock_rung_opens_the_files_of_a_device_too(placed: Exercise) -> None:
    files = [(("/dev/nvidia0", "/dev/zero"),)]
    engine = Engine(rung="landlock", devices=slots(Card("GPU-0"), files=files))
    try:
        look = LOOK.replace("/dev/nvidia0", "/dev/zero")
        report = engine.grade(placed, {"submission.py": SOLUTION + look})
        assert (report.outcome, report.score) == (Outcome.GRADED, 3), report
        found = json.loads(report.output)
        assert (found["driver"], found["terminal"], found["other"]) == ("ENOTTY", "EPERM", "EPERM")
    finally:
        engine.close()
