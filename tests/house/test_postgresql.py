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
#: Tests of the node and the broker, for which every database is alike; only the long run has them as well.
ALIKE = [
    "test_node",
    "test_real_engine",
    "test_access",
    "test_broker",
    "test_create_node",
    "test_live_output",
    "test_checks",
]
SHORT = [f"--ignore=tests/workers/{name}.py" for name in ALIKE]
SHORT += [f"--ignore=tests/courses/exercises/{name}.py" for name in ("test_files", "test_result_pages", "test_drafts")]


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
        pytest.param([*ALL, *SHORT], id="what-the-database-decides"),
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
