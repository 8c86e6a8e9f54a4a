"""What can befall one machine: its disk is full, its network is cut and comes back, its process stands still."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.report import Outcome, Report
from tests.workers.conftest import (
    Dispatching,
    Nodes,
    Submit,
    broker,
    bundle,
    dispatcher,
    ended,
    eventually,
    nodes,
    platform,
    running_broker,
    state_of,
    submit,
    wait_until_ended,
    wait_until_running,
)
from workers.broker import Broker
from workers.pools.models import Job, JobState, Worker, WorkerPool

__all__ = ["broker", "bundle", "dispatcher", "ended", "nodes", "platform", "running_broker", "submit"]  # fixtures

Ended = list[tuple[Job, Report]]


@pytest.fixture(autouse=True)
def _no_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerPool._meta.get_field("canary_minutes"), "default", 0)


def only_root(*commands: list[str]) -> None:
    """Run what only root may; where that is refused, the test is skipped aloud."""
    for command in commands:
        done = (
            subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which(command[0]) else None
        )
        if done is None or done.returncode != 0:
            reason = (
                f"not tried here: `{' '.join(command)}`: {done.stderr.strip() if done else 'there is no such program'}"
            )
            pytest.skip(reason)


@pytest.fixture
def small_disk(nodes: Nodes) -> Iterator[Path]:
    """The folder of node anna, on a disk of 256 KiB."""
    folder = nodes.folder / "node-anna"
    folder.mkdir()
    only_root(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)])
    yield folder
    nodes.stop()
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return ballast
    return ballast


def test_a_report_gets_through_although_the_disk_is_full(
    small_disk: Path, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start()
    first = submit()
    wait_until_ended(first, seconds=60)
    eventually(lambda: not list((small_disk / "outbox").iterdir()))
    fill(small_disk)
    second = submit()
    wait_until_ended(second, seconds=60)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 2
    assert Job.objects.get(pk=second.pk).try_number == 1
    assert "cannot be written and is kept in memory" in (nodes.folder / "anna.log").read_text()
    assert not list((small_disk / "outbox").iterdir()), "no half file is left"


def test_a_full_disk_before_the_first_exercise_costs_no_attempt(
    small_disk: Path, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start()
    eventually(Worker.objects.exists, seconds=60)
    ballast = fill(small_disk)
    job = submit()
    eventually(lambda: Job.objects.get(pk=job.pk).errors > 0, seconds=60)
    ballast.unlink()
    wait_until_ended(job, seconds=60)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED]


class Relay:
    """Passes connections on to the broker, which listens on this machine's loopback alone."""

    def __init__(self, address: str, *, to: int) -> None:
        self._listener = socket.create_server((address, 0))
        self.port = int(self._listener.getsockname()[1])
        self._to = to
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                outside, _address = self._listener.accept()
            except OSError:
                return
            inside = socket.create_connection(("127.0.0.1", self._to))
            for source, target in ((outside, inside), (inside, outside)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            return
        finally:
            for each in (source, target):
                each.close()

    def close(self) -> None:
        self._listener.close()


class FarMachine:
    """A network of its own, joined to ours by one cable that can be cut."""

    def __init__(self, name: str) -> None:
        self.name, self._cable = name, f"{name}-0"
        other = f"{name}-1"
        only_root(
            ["ip", "netns", "add", name],
            ["ip", "link", "add", self._cable, "type", "veth", "peer", "name", other],
            ["ip", "link", "set", other, "netns", name],
            ["ip", "address", "add", "198.18.7.1/30", "dev", self._cable],
            ["ip", "link", "set", self._cable, "up"],
            ["ip", "-n", name, "address", "add", "198.18.7.2/30", "dev", other],
            ["ip", "-n", name, "link", "set", other, "up"],
            ["ip", "-n", name, "link", "set", "lo", "up"],
        )

    def cut(self) -> None:
        subprocess.run(["ip", "link", "set", self._cable, "down"], check=True)

    def join(self) -> None:
        subprocess.run(["ip", "link", "set", self._cable, "up"], check=True)

    def remove(self) -> None:
        subprocess.run(["ip", "link", "delete", self._cable], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "delete", self.name], check=False, capture_output=True)


@pytest.fixture
def far() -> Iterator[FarMachine]:
    machine = FarMachine(f"gr{os.getpid() % 100000}")
    yield machine
    machine.remove()


@pytest.fixture
def relay(far: FarMachine, broker: Broker) -> Iterator[Relay]:
    relay = Relay("198.18.7.1", to=broker.port)
    yield relay
    relay.close()


def start_far(nodes: Nodes, far: FarMachine, relay: Relay, *, name: str = "anna") -> None:
    url = nodes.url(name).rpartition("@")[0] + f"@198.18.7.1:{relay.port}/0"
    nodes.start(name, before=("ip", "netns", "exec", far.name), GRADUS_NODE_URL=url)


def test_a_machine_that_is_cut_off_for_a_moment_goes_on_with_its_try(
    far: FarMachine, relay: Relay, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    start_far(nodes, far, relay)
    job = submit("sleep 5")
    eventually(lambda: state_of(job) == JobState.RUNNING, seconds=60)
    far.cut()
    time.sleep(3)
    far.join()
    wait_until_ended(job, seconds=60)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED]
    assert Job.objects.get(pk=job.pk).try_number == 1


@pytest.mark.long
def test_a_machine_that_is_cut_off_for_longer_loses_its_try_and_its_late_report_changes_nothing(
    far: FarMachine, relay: Relay, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    start_far(nodes, far, relay)
    job = submit("sleep 8")
    eventually(lambda: state_of(job) == JobState.RUNNING, seconds=60)
    far.cut()
    nodes.start("boris")
    wait_until_ended(job, seconds=90)
    assert Job.objects.get(pk=job.pk).worker.node.name == "boris"  # type: ignore[union-attr]  # it has ended
    far.join()
    eventually(lambda: not list((nodes.folder / "node-anna" / "outbox").glob("*.json")), seconds=60)
    following = [submit() for _ in range(2)]
    wait_until_ended(*following, seconds=60)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 3


@pytest.mark.long
def test_a_node_that_stood_still_for_longer_than_its_lease_reports_in_vain(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    process = nodes.start("anna")
    job = submit("sleep 4")
    wait_until_running(job)
    process.send_signal(signal.SIGSTOP)
    nodes.start("boris")
    wait_until_ended(job, seconds=90)
    process.send_signal(signal.SIGCONT)
    eventually(lambda: not list((nodes.folder / "node-anna" / "outbox").glob("*.json")), seconds=60)
    time.sleep(3)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED]
    assert Job.objects.get(pk=job.pk).worker.node.name == "boris"  # type: ignore[union-attr]  # it has ended
