"""A published competition, its people, and a grading machine that says what a test wants it to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.competitions import entering, joining
from courses.competitions.models import Edition, Entry
from tests.courses.competitions.sample import report, write_course
from workers.pools import recording
from workers.pools.models import IN_FLIGHT, Job, JobState

#: Within the main phase: noon of its second day in Shanghai.
NOON = datetime(2027, 3, 2, 4, 0, tzinfo=UTC)
AFTER = datetime(2027, 3, 5, 12, 0, 1, tzinfo=UTC)


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    publish(write_course(tmp_path), by=None)
    return current("even-odd")


def current(slug: str) -> Edition:
    return Edition.objects.current().select_related("competition__course").get(competition__slug=slug)


@pytest.fixture
def join(edition: Edition) -> Callable[..., Any]:
    def join(user: User, *, at: datetime = NOON) -> Any:
        return joining.join(user, edition, accepts=True, at=at).team

    return join


@pytest.fixture
def score() -> Callable[..., Entry]:
    return scored


def scored(entry: Entry, public: float | None, private: float | None = None, **changes: Any) -> Entry:
    """End an entry's job as the queue does when a grading machine has reported."""
    assert entry.job_id is not None
    Job.objects.filter(pk=entry.job_id).update(state=JobState.RUNNING)
    found = report(public=public, private=private, **changes)
    assert recording.end(entry.job_id, state=JobState.DONE, report=found, from_states=IN_FLIGHT)
    entry.refresh_from_db()
    return entry


def enter(user: User, edition: Edition, text: str, *, at: datetime = NOON) -> Entry:
    return entering.enter(user, edition, files={"predictions.csv": text}, at=at)
