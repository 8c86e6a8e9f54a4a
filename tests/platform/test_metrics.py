"""/metrics tells a monitor what the pages of the pools tell people, and nobody else."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from courseplatform.environment import EnvironmentInvalid, networks
from tests.courses.api.test_submissions import add_worker
from workers.pools.models import DispatcherLease, Job, JobState, Lane, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(db: None) -> Worker:
    """A worker that uses its device, two jobs that wait, one that is owed and one that is done."""
    worker = add_worker()
    device = {"name": "H200", "memory_mb": 4096, "used_mb": 1024, "utilisation": 0.25}
    Worker.objects.update(devices=[device], utilisation=0.25)
    now = timezone.now()
    row = {"kind": "x", "owner": "x", "account": "user:7", "pool": worker.node.pool, "files": {}, "tests": "hidden"}
    for lane in (Lane.RUN, Lane.REGRADE):
        Job.objects.create(lane=lane, **row)
    Job.objects.create(lane=Lane.SUBMIT, state=JobState.GAVE_UP, ended=now, **row)
    times = {"sent": now - timedelta(seconds=2), "started": now - timedelta(seconds=2), "ended": now}
    done = Job.objects.create(lane=Lane.SUBMIT, state=JobState.DONE, **times, **row)
    Job.objects.filter(pk=done.pk).update(created=now - timedelta(seconds=5))
    Job.objects.filter(state=JobState.QUEUED).update(created=now - timedelta(seconds=60))
    return worker


def test_it_tells_the_numbers_of_the_pages(worker: Worker, client: Client) -> None:
    DispatcherLease.objects.create(name="d", holder="h", until=timezone.now() + timedelta(minutes=1))
    text = client.get("/metrics").content.decode()
    labels = f'pool="cpu",node="{worker.node.name}",worker="{worker.name[:6]}"'
    for line in (
        'gradus_jobs{pool="cpu",state="queued"} 2.0',
        'gradus_jobs{pool="cpu",state="gave_up"} 1.0',
        'gradus_queue{lane="run",pool="cpu"} 1.0',
        'gradus_queue{lane="submit",pool="cpu"} 0.0',
        'gradus_wait_seconds{pool="cpu",quantile="0.50"} 3.0',
        'gradus_run_seconds{pool="cpu",quantile="0.95"} 2.0',
        'gradus_workers{pool="cpu",state="idle"} 1.0',
        "gradus_dispatcher_up 1.0",
    ):
        assert line in text
    assert float(text.split('gradus_queue_oldest_seconds{pool="cpu"} ')[1].split()[0]) == pytest.approx(60, abs=10)
    assert sorted(labels.split(",")) == sorted(
        text.split("gradus_worker_utilisation{")[1].split("} 0.25")[0].split(",")
    )
    assert "user:7" not in text, "nobody is named"


def test_another_machine_may_not_ask(worker: Worker) -> None:
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404, "it hides behind one"
    assert Client(REMOTE_ADDR="").get("/metrics").status_code == 404


def test_a_network_or_a_token_lets_a_monitor_in(worker: Worker, settings: Settings) -> None:
    settings.METRICS_NETWORKS = [ipaddress.ip_network("192.0.2.0/24")]
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 200
    settings.METRICS_NETWORKS, settings.METRICS_TOKEN = [], "secret"
    for header, status in (("Bearer secret", 200), ("Bearer wrong", 404), ("secret", 404), ("Bearer ", 404)):
        answer = Client(REMOTE_ADDR="198.51.100.1").get("/metrics", headers={"Authorization": header})
        assert answer.status_code == status
    settings.METRICS_TOKEN = ""
    assert Client(REMOTE_ADDR="198.51.100.1").get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_network_that_is_none_ends_the_start_with_a_sentence() -> None:
    with pytest.raises(EnvironmentInvalid, match="write networks as"):
        networks(["ten dot zero"])
