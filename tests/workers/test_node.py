"""A real node process: what it does when it is killed, stopped, or alone in the world."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from graders.report import Outcome, Report
from tests.workers.conftest import (
    Dispatching,
    Nodes,
    Submit,
    Valkey,
    eventually,
    state_of,
    wait_until_ended,
    wait_until_running,
)
from workers import keys
from workers.broker import Broker
from workers.node.link import BROKEN
from workers.pools import bundles, valkey
from workers.pools.models import Job, JobState, Worker
from workers.pools.positions import position

Ended = list[tuple[Job, Report]]


@pytest.fixture
def broker(own_valkey: Valkey, settings: Settings) -> Iterator[Broker]:
    """In this file each test has a server of its own."""
    settings.REDIS_URL = own_valkey.broker.url
    valkey.prompt.cache_clear()
    yield own_valkey.broker
    valkey.prompt.cache_clear()


def test_a_report_waits_in_the_outbox_while_the_broker_is_away(
    own_valkey: Valkey, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start()
    job = submit("sleep 3")
    wait_until_running(job)
    own_valkey.kill()
    outbox = nodes.folder / "node-anna" / "outbox"
    eventually(lambda: list(outbox.glob("*.json")))
    assert state_of(job) == JobState.RUNNING
    own_valkey.start()
    wait_until_ended(job)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED]
    assert Job.objects.get(pk=job.pk).try_number == 1
    eventually(lambda: not list(outbox.glob("*.json")))


def test_a_report_in_the_outbox_outlives_the_process_that_wrote_it(
    own_valkey: Valkey, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    process = nodes.start()
    job = submit("sleep 3")
    wait_until_running(job)
    own_valkey.kill()
    eventually(lambda: list((nodes.folder / "node-anna" / "outbox").glob("*.json")))
    process.kill()
    process.wait()
    own_valkey.start()
    nodes.start()
    wait_until_ended(job)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED]
    assert Job.objects.get(pk=job.pk).try_number == 1
    eventually(lambda: not list((nodes.folder / "node-anna" / "outbox").glob("*.json")))


def test_a_killed_node_comes_back_and_its_job_is_tried_again_soon(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    process = nodes.start()
    job = submit("sleep 3")
    wait_until_running(job)
    process.kill()
    process.wait()
    began = time.monotonic()
    nodes.start()
    wait_until_ended(job)
    assert time.monotonic() - began < 12, "it did not wait for the lease"
    assert Job.objects.get(pk=job.pk).try_number == 2
    assert len(ended) == 1


def test_a_broker_that_lost_everything_loses_nothing(
    own_valkey: Valkey, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start()
    four = [submit("sleep 0.5") for _ in range(4)]
    eventually(lambda: len(ended) == 1)
    own_valkey.lose_everything()
    own_valkey.start()
    wait_until_ended(*four, seconds=45)
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 4


def test_a_node_that_nobody_answers_ends_its_students(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    process = nodes.start()
    job = submit("hang")
    wait_until_running(job)
    dispatcher.stop()
    outbox = nodes.folder / "node-anna" / "outbox"
    eventually(lambda: list(outbox.glob("*.json")), seconds=15)
    assert '"cancelled"' in next(outbox.glob("*.json")).read_text()
    assert state_of(job) == JobState.RUNNING, "nobody was there to hear it"
    process.kill()  # it would wait for an acknowledgement


def test_a_stopped_node_finishes_what_runs_and_says_good_bye(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    process = nodes.start()
    job = submit("sleep 2")
    wait_until_running(job)
    process.send_signal(signal.SIGTERM)
    waiting = submit()
    assert process.wait(15) == 0
    assert state_of(job) == JobState.DONE
    assert state_of(waiting) == JobState.QUEUED, "it took nothing new"
    eventually(lambda: Worker.objects.get().gone)


def test_a_node_that_cannot_isolate_stays_up_and_says_why(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit
) -> None:
    nodes.start(GRADUS_NODE_RUNTIMES="refuse")
    eventually(Worker.objects.exists)
    worker = Worker.objects.get()
    assert (worker.rung, worker.reasons) == ("", ["no user namespaces: enable them"])
    job = submit()
    time.sleep(1)
    assert state_of(job) == JobState.QUEUED
    assert position(job).reason == "No worker of pool cpu can take work at the moment."


def test_a_bundle_that_is_not_what_its_name_says_is_refused(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start()
    eventually(Worker.objects.exists)
    job_bundle = bundles.store(b"something else")
    place = keys.bundle(job_bundle)
    valkey.prompt().set(place, b"poisoned")
    job = submit(bundle=job_bundle)
    eventually(lambda: Job.objects.get(pk=job.pk).errors == 1)
    assert not ended
    assert not list((nodes.folder / "node-anna" / "bundles").iterdir())


def test_two_processes_cannot_share_a_nodes_folder(dispatcher: Dispatching, nodes: Nodes) -> None:
    nodes.start()
    eventually(Worker.objects.exists)
    second = nodes.start()
    assert second.wait(20) != 0
    assert "give this one a name of its own" in (nodes.folder / "anna.log").read_text()


def test_a_node_that_can_no_longer_speak_ends_instead_of_seeming_to_live(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    process = nodes.start(TOY_FAULT="state")
    assert process.wait(30) == BROKEN
    assert "the line to the platform has broken" in (nodes.folder / "anna.log").read_text()
    job = submit()
    nodes.start()
    wait_until_ended(job)


def test_a_broker_that_refuses_for_a_moment_ends_no_node(
    own_valkey: Valkey, dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    """As one does that is a replica for the time of a failover: connected, and taking no command that writes."""
    process = nodes.start()
    wait_until_ended(submit())
    valkey.command(valkey.prompt(), "REPLICAOF", "127.0.0.1", "1")
    time.sleep(4)
    valkey.command(valkey.prompt(), "REPLICAOF", "NO", "ONE")
    wait_until_ended(submit(), seconds=30)
    assert process.poll() is None
    assert [report.outcome for _, report in ended] == [Outcome.GRADED] * 2
