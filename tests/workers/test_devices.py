"""What a machine's accelerators do reaches its heartbeats, the pools page and the reports; NVML's own faults do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pynvml
import pytest

from graders.report import Report
from tests.workers.conftest import Dispatching, Nodes, Submit, eventually, wait_until_ended
from tests.workers.nvml import Gpu, Library, install
from workers.messages import Device
from workers.node.devices import FRESH_SECONDS, Devices, Reading
from workers.pools.models import Job, Worker

MIG = Gpu(name="NVIDIA A100 " + "with a name that is far longer than any page wants to show", percent=None)


@pytest.fixture(autouse=True)
def _nvidia(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The binding as it was, after each test."""
    monkeypatch.setattr(pynvml, "CDLL", pynvml.CDLL)
    yield
    pynvml.nvmlLib = None
    pynvml._nvmlGetFunctionPointer_cache.clear()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_heartbeat_tells_memory_utilisation_and_driver(clock: Clock) -> None:
    install(Library(Gpu(), MIG))
    reading = Devices(clock=clock).read()
    h200, a100 = reading.devices
    assert h200 == {"name": "NVIDIA H200", "memory_mb": 143771, "used_mb": 1024, "utilisation": 0.25}
    assert (a100["utilisation"], len(a100["name"])) == (None, 64), "a device in slices does not tell how busy it is"
    assert (reading.driver, reading.cuda) == ("570.86.15", "12.8")
    assert [Device.parse(device).memory_mb for device in reading.devices] == [143771, 143771]


def test_more_devices_than_a_heartbeat_holds_are_left_out(clock: Clock) -> None:
    install(Library(*[Gpu()] * 20))
    assert len(Devices(clock=clock).read().devices) == 16


def test_nvml_is_asked_no_more_often_than_it_has_news(clock: Clock) -> None:
    library = Library(Gpu())
    install(library)
    devices = Devices(clock=clock)
    for _ in range(10):
        devices.read()
    assert library.asked["nvmlDeviceGetMemoryInfo"] == 1
    library.gpus[0].used *= 2
    clock.now += FRESH_SECONDS + 0.1
    assert devices.read().devices[0]["used_mb"] == 2048


def test_a_machine_without_the_library_has_no_devices(clock: Clock) -> None:
    install(None)
    devices = Devices(clock=clock)
    assert devices.read() == Reading()
    devices.close()


def test_devices_that_are_lost_are_not_told_of_until_they_are_back(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(Gpu())
    install(library)
    devices = Devices(clock=clock)
    assert len(devices.read().devices) == 1
    library.lost = True
    clock.now += 2
    assert devices.read() == Reading()
    assert "the accelerators do not answer" in caplog.text
    library.lost = False
    clock.now += 2
    assert len(devices.read().devices) == 1
    for _ in range(2):
        devices.close()
    assert library.asked["nvmlShutdown"] == 1


def test_the_platform_knows_a_nodes_devices_and_the_report_its_driver(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: list[tuple[Job, Report]]
) -> None:
    nodes.start(TOY_DEVICE="cuda")
    job = submit()
    wait_until_ended(job)
    ((_job, report),) = ended
    assert (report.provenance.device, report.provenance.driver) == ("cuda", "570.86.15")
    eventually(lambda: Worker.objects.get().devices)
    worker: Any = Worker.objects.get()
    assert (worker.devices[0]["name"], worker.free_mb, worker.utilisation) == ("NVIDIA H200", 142747, 0.25)
    assert worker.versions["driver"] == "570.86.15"
    assert worker.versions["cuda"] == "12.8"
