"""An author asks for the checks of a release: the pool grades them, the studio shows what was found."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from courses.accounts.models import User
from courses.authoring.checking import asking, working
from courses.authoring.models import CheckState, ExerciseCheck, Release
from courses.authoring.publish import prepare, publish
from tests.courses.authoring.sample import FILES, write_course
from tests.workers.conftest import Dispatching, Nodes, eventually
from workers.audit.models import AuditEvent
from workers.pools.models import Job, Lane, Worker

HIDDEN = "01-start/exercises/addition/test_hidden.py"
CHECKS = "/studio/sums/{number}/checks/"


@pytest.fixture
def release(transactional_db: None, tmp_path: Path) -> Release:
    return publish(write_course(tmp_path), by=None)


@pytest.fixture
def root(client: Client, transactional_db: None) -> User:
    user = User.objects.create_superuser("root", "root@example.org", "root")
    client.force_login(user)
    return user


@pytest.fixture
def real_node(dispatcher: Dispatching, nodes: Nodes) -> None:
    nodes.start(module="workers.node", slots=2)
    eventually(Worker.objects.exists, seconds=60)
    worker = Worker.objects.get()
    if not worker.rung:
        reasons = f"this machine cannot isolate: {worker.reasons}"
        pytest.fail(reasons) if os.environ.get("CI") else pytest.skip(reasons)


def test_a_release_is_checked_by_the_pool_and_only_what_changed_is_checked_again(
    real_node: None, root: User, client: Client, release: Release, tmp_path: Path
) -> None:
    address = CHECKS.format(number=release.number)
    assert "not checked" in client.get(address).content.decode()
    client.post(f"{address}start/")
    assert AuditEvent.objects.filter(action="release.check").count() == 1
    assert working.work_off() == 1
    check = ExerciseCheck.objects.get()
    assert (check.state, check.trouble) == (CheckState.DONE, "")
    assert check.answers == Job.objects.filter(kind="check", lane=Lane.CHECK).count() > 5
    assert check.proof is not None
    assert check.proof["counted"] > 0
    page = client.get(address).content.decode()
    assert f"{check.percent:.1f} % strong" in page
    assert all(survivor["id"] in page for survivor in check.proof["survivors"])

    def asked_after_a_change_of(path: str) -> int:
        text = f"{FILES[path]}\n# A word more.\n" if path == HIDDEN else f"{FILES[path]}\nA word more.\n"
        folder = write_course(tmp_path / path.replace("/", "-"), changes={path: text})
        return asking.ask(prepare(folder, by=root), by=root)

    assert asked_after_a_change_of("01-start/chapter.en.md") == 0
    assert asked_after_a_change_of(HIDDEN) == 1


def test_a_check_is_stopped_and_nothing_more_is_graded_for_it(
    dispatcher: Dispatching, root: User, client: Client, release: Release
) -> None:
    """No node is there, so that the first answers wait until they are taken back."""
    address = CHECKS.format(number=release.number)
    client.post(f"{address}start/")

    def work() -> None:
        working.work_off()
        connection.close()

    background = threading.Thread(target=work)
    background.start()
    try:
        eventually(lambda: Job.objects.filter(kind="check", ended=None).exists())
        assert "being checked" in client.get(address).content.decode()
        client.post(f"{address}stop/")
        background.join(20)
        assert not background.is_alive()
    finally:
        ExerciseCheck.objects.update(state=CheckState.STOPPED)
        background.join(20)
    assert not Job.objects.filter(kind="check", ended=None).exists()
    assert "stopped" in client.get(address).content.decode()


def test_a_check_whose_process_died_is_begun_again(transactional_db: None, root: User, release: Release) -> None:
    asking.ask(release, by=root)
    claimed = working.claim()
    assert claimed is not None
    assert working.claim() is None, "one at a time"
    ExerciseCheck.objects.update(seen=timezone.now() - 2 * working.SILENT)
    assert working.claim() == claimed


def test_who_does_not_teach_the_course_sees_no_checks(client: Client, release: Release, alice: User) -> None:
    client.force_login(alice)
    address = CHECKS.format(number=release.number)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}start/").status_code == 404
    assert client.post(f"{address}stop/").status_code == 404
    assert not ExerciseCheck.objects.exists()
