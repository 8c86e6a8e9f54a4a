"""The platform's own worker does what the dispatcher sends it regularly."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from courseplatform import celery, tasks
from courseplatform.processes import PLATFORM
from tests.workers.conftest import ROOT, broker, database_url, eventually, running_broker
from workers import keys
from workers.broker import Broker
from workers.pools import access, bundles, jobs, valkey
from workers.pools.models import Bundle, Worker
from workers.transport import settings_for

__all__ = ["broker", "running_broker"]  # fixtures of the workers' tests

LONG_AGO = timezone.now() - timedelta(days=3)


@pytest.fixture
def rubbish(transactional_db: None, broker: Broker) -> str:
    """A session that is over, a worker long gone, a bundle that nothing names and one that a job waits with."""
    Session.objects.create(session_key="old", session_data="", expire_date=LONG_AGO)
    node, _password = access.make("anna", pool="cpu")
    Worker.objects.create(node=node, name="a" * 16, first_seen=LONG_AGO, last_seen=LONG_AGO, gone=LONG_AGO)
    bundles.store(b"unused")
    needed = bundles.store(b"needed")
    Bundle.objects.update(stored=LONG_AGO)
    bundles.store(b"new")
    jobs.enqueue(kind="none", owner="x", account="y", pool="cpu", lane="check", bundle=needed, files={}, tests="hidden")
    return needed


def test_what_nobody_needs_is_forgotten_and_nothing_else(rubbish: str) -> None:
    valkey.prompt().xadd(keys.live(1), {"e": "{}"})
    assert tasks.clean_up() == {"sessions": 1, "bundles": 1, "workers": 1, "streams": 1}
    assert set(Bundle.objects.values_list("digest", flat=True)) == {rubbish, bundles.store(b"new")}
    assert int(valkey.prompt().ttl(keys.live(1))) > 0
    assert tasks.clean_up() == {"sessions": 0, "bundles": 0, "workers": 0, "streams": 0}


def test_the_platforms_worker_cleans_up_when_the_dispatcher_says_so(
    rubbish: str, broker: Broker, tmp_path: Path
) -> None:
    celery.app.conf.update(settings_for(broker.url, prefix=keys.PLATFORM_PREFIX))
    env = {"GRADUS_LOCAL": "1", "GRADUS_VAR": str(tmp_path), "REDIS_URL": broker.url, "DATABASE_URL": database_url()}
    with (tmp_path / "platform.log").open("wb") as log:
        command = [sys.executable, *PLATFORM]
        process = subprocess.Popen(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **env}, stdout=log, stderr=log)
    try:
        celery.send_due()
        eventually(lambda: not Session.objects.exists(), seconds=30)
        eventually(lambda: not Worker.objects.exists())
    finally:
        process.terminate()
        process.wait(20)


def test_nothing_is_sent_again_before_its_time(broker: Broker) -> None:
    celery.app.conf.update(settings_for(broker.url, prefix=keys.PLATFORM_PREFIX))
    celery._sent.clear()
    celery.send_due()
    celery.send_due()
    assert valkey.prompt().llen(f"{keys.PLATFORM_PREFIX}background") == len(celery.PERIODIC)
