"""Writers of a SQLite file wait in line, threads and processes alike; nobody's failure or death blocks it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from courseplatform.sqlite.turns import Turn
from courses.accounts.models import User
from tests.e2e.conftest import ROOT

HOLD = """
import sys
from courseplatform.sqlite.turns import Turn
Turn(sys.argv[1]).take(seconds=5)
print("mine", flush=True)
sys.stdin.read()
"""

#: Reads and writes in one transaction, by connections that do not wait for the file at all.
COUNT = """
import sqlite3, sys, threading
from courseplatform.sqlite.turns import Turn

def count_up(path):
    turn, writer = Turn(path + "-turn"), sqlite3.connect(path, timeout=0, isolation_level=None)
    for _ in range(30):
        turn.take(seconds=20)
        writer.execute("BEGIN IMMEDIATE")
        found = writer.execute("SELECT n FROM counts").fetchone()[0]
        writer.execute("UPDATE counts SET n = ?", (found + 1,))
        writer.execute("COMMIT")
        turn.end()
    writer.close()

threads = [threading.Thread(target=count_up, args=sys.argv[1:]) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@contextmanager
def held_elsewhere(path: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process whose turn it is to write to ``path``."""
    command = [sys.executable, "-c", HOLD, f"{path}-turn"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mine\n"
        try:
            yield holder
        finally:
            holder.kill()


@pytest.fixture
def database(transactional_db: None) -> str:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has rows to lock, and no such line")
    return str(connection.settings_dict["NAME"])


def test_writers_of_three_processes_never_meet(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite3"
    setup = sqlite3.connect(path)
    setup.executescript("PRAGMA journal_mode=WAL; CREATE TABLE counts (n INTEGER); INSERT INTO counts VALUES (0);")
    processes = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)], cwd=ROOT) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert setup.execute("SELECT n FROM counts").fetchone() == (270,)
    setup.close()


def in_transaction(alice: User) -> None:
    with transaction.atomic():
        alice.save(update_fields=["last_name"])


def by_itself(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(last_name="Liddell")


@pytest.mark.parametrize("write", [in_transaction, by_itself])
def test_a_write_waits_until_it_is_its_turn(alice: User, database: str, write: Callable[[User], None]) -> None:
    def work() -> None:
        write(alice)
        connection.close()

    with held_elsewhere(database) as holder:
        writing = threading.Thread(target=work)
        writing.start()
        writing.join(0.3)
        assert writing.is_alive()
        holder.kill()  # whoever dies has no turn any more
        writing.join(20)
        assert not writing.is_alive()


def test_a_transaction_that_fails_lets_the_next_one_write(alice: User, database: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        alice.save(update_fields=["last_name"])
        raise ZeroDivisionError
    with held_elsewhere(database):
        pass


def test_reading_waits_for_nobody(alice: User, database: str) -> None:
    with held_elsewhere(database):
        assert User.objects.filter(username="alice").exists()


def test_nobody_in_this_process_waits_for_ever(tmp_path: Path) -> None:
    mine, other = Turn(str(tmp_path / "turn")), Turn(str(tmp_path / "turn"))
    mine.take(seconds=1)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.take(seconds=0.05)
    mine.end()
    other.take(seconds=1)
    other.end()
