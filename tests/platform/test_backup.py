"""A backup is the whole database in one file, and restoring it brings back every row and every byte."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from courses.catalog.models import Exercise
from courses.exercises import submitting
from courses.exercises.models import Grade, Submission
from tests.courses.conftest import GOOD, course, end, exercise, learner
from tests.workers.conftest import broker, running_broker
from workers.audit import trail, triggers
from workers.audit.models import AuditEvent
from workers.pools import bundles
from workers.pools.models import Bundle, DispatcherLease, Job

__all__ = ["broker", "course", "end", "exercise", "learner", "running_broker"]  # fixtures

NOISE = bytes(range(256)) * 400


@pytest.fixture
def site(
    transactional_db: None,
    broker: object,
    learner: User,
    exercise: Exercise,
    end: Callable[..., None],
    tmp_path: Path,
    settings: Settings,
) -> Iterator[Submission]:
    """A submission with its grade, a bundle, a line of the audit trail and an uploaded file."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "deep").mkdir(parents=True)
    (tmp_path / "media" / "deep" / "upload.bin").write_bytes(NOISE)
    files = {"submission.py": GOOD["submission.py"] + "# 拾级 \\N \t\n"}
    submission = submitting.submit(learner, course=exercise.release.course, exercise=exercise, files=files)
    end(submission)
    bundles.store(NOISE)
    trail.record(f"user:{learner.pk}", "test.made", subject="site")
    yield submission


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar.gz"


def lose_everything(media: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    (media / "deep" / "upload.bin").unlink()
    assert not Submission.objects.exists()


def backed_up(file: Path, *options: str) -> str:
    output = StringIO()
    call_command("backup", str(file), *options, stdout=output)
    return output.getvalue()


def test_a_round_trip_brings_back_every_row_and_every_file(site: Submission, file: Path, tmp_path: Path) -> None:
    before = {model: list(model.objects.values()) for model in (User, Submission, Grade, Job, AuditEvent)}
    told = backed_up(file)
    assert "1 submissions and 1 bundles" in told
    assert "MB of data" in told
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "it holds password hashes"
    lose_everything(tmp_path / "media")
    call_command("restore", str(file), stdout=StringIO())
    triggers.remove(connection) if connection.vendor != "sqlite" else None
    assert {model: list(model.objects.values()) for model in before} == before
    assert bytes(Bundle.objects.get().content) == NOISE
    assert (tmp_path / "media" / "deep" / "upload.bin").read_bytes() == NOISE
    assert User.objects.create_user("eve").pk > max(row["id"] for row in before[User]), "numbers go on"


def test_nothing_is_overwritten_without_a_word(site: Submission, file: Path) -> None:
    backed_up(file)
    first = file.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        backed_up(file)
    assert file.read_bytes() == first
    assert "submissions" in backed_up(file, "--force")
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(file))
    assert Submission.objects.exists()
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_a_running_platform_is_not_pulled_from_under_its_feet(site: Submission, file: Path) -> None:
    backed_up(file)
    call_command("flush", interactive=False, verbosity=0)
    DispatcherLease.objects.create(name="dispatcher", holder="x", until="2999-01-01T00:00Z")
    with pytest.raises(CommandError, match="stop it first"):
        call_command("restore", str(file))


@pytest.mark.parametrize("content", [b"", b"no backup", None])
def test_what_is_no_backup_is_refused(transactional_db: None, file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match="there is no file" if content is None else "is no backup"):
        call_command("restore", str(file))
