"""What rests on the database works on PostgreSQL as it does on SQLite: the same tests, on a private server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgresql

ROOT = Path(__file__).resolve().parents[2]

#: Where the database decides: the queue, leases, submissions and grades, the audit trail, backups.
ALL = ["tests/workers", "tests/courses/exercises", "tests/courses/cohorts", "tests/platform/test_backup.py"]
#: Of these, the ones in which locks, constraints, aggregates and triggers decide; the long run has all of them.
CHOSEN = {
    "tests/workers": "order leases reports ends cancelling dispatcher health position forecast",
    "tests/workers/audit": "trail pools",
    "tests/courses/exercises": "submit recording ends progress",
    "tests/courses/cohorts": "gradebook regrading analysis",
    "tests/platform": "backup",
}
SHORT = [f"{folder}/test_{name}.py" for folder, names in CHOSEN.items() for name in names.split()]


@pytest.fixture
def server() -> None:
    """A PostgreSQL can be started here; else all of this is skipped, aloud."""
    try:
        postgresql.binaries()
    except postgresql.NoPostgreSQL as reason:
        told = f"the tests of {', '.join(ALL)} do not run on PostgreSQL: {reason}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(SHORT, id="what-the-database-decides"),
        pytest.param([*ALL, "tests/chaos"], id="everything", marks=pytest.mark.long),
    ],
)
def test_it_works_on_postgresql(server: None, options: list[str]) -> None:
    command = [sys.executable, "-m", "tests.postgresql", "-q", "-p", "no:cacheprovider", *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = ran.stdout[-6000:] + ran.stderr[-2000:]
    assert ran.returncode == 0, told
    found = re.search(r"(\d+) passed", told)
    assert found, told
    assert int(found[1]) > 100, "the tests were there to be run"
    print(f"on PostgreSQL: {found[0]}")
