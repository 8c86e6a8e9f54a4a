"""gradebook.db: who is in the class, when assignments were due, and what points and comments were given.

The file is somebody's: it is opened read-only, its schema is not trusted, and what is asked of it is bounded in rows
and in time. Of its two layouts (before and after tasks came) both are read.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

MAX_ROWS = 500_000
MAX_SECONDS = 60.0
_STEPS = 10_000  #: of SQLite's machine between two looks at the clock
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class GradebookUnreadable(Exception):
    """The file is no gradebook of nbgrader's; the message says what it lacks."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A student."""

    id: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class CellGrade:
    """The points of one cell of one student."""

    cell: str
    auto: float | None
    manual: float | None  #: outweighs ``auto``
    extra: float
    waits: bool  #: for a person
    comment: str

    @property
    def points(self) -> float | None:
        """The points that count, extra credit aside; None where a person has still to give them."""
        if self.manual is not None:
            return self.manual
        return None if self.waits else self.auto


@dataclass(frozen=True, kw_only=True)
class Work:
    """One notebook of one student."""

    student: str
    assignment: str
    notebook: str
    handed_in: datetime | None
    longer: timedelta  #: than the others had
    penalty: float  #: points taken off for being late
    grades: tuple[CellGrade, ...]


@dataclass(frozen=True, kw_only=True)
class ClassBook:
    """The whole file."""

    people: tuple[Person, ...]
    due: Mapping[str, datetime]  #: by assignment
    works: tuple[Work, ...]


def read_gradebook(path: Path) -> ClassBook:
    """Read the class. Raises ``GradebookUnreadable``."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return _Reader(connection).read()
    except sqlite3.Error as error:
        raise GradebookUnreadable(f"{path.name} cannot be read as a gradebook: {error}") from error


class _Reader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        end = time.monotonic() + MAX_SECONDS
        connection.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self._tables = {str(row["name"]) for row in tables.fetchmany(1000)}

    def read(self) -> ClassBook:
        missing = {"student", "assignment", "submitted_assignment", "submitted_notebook", "grade"} - self._tables
        if missing:
            raise GradebookUnreadable(f"it has no table {', '.join(sorted(missing))}")
        people = tuple(
            Person(id=_text(row["id"]), **{name: _text(row[name]) for name in ("first_name", "last_name", "email")})
            for row in self._rows("SELECT id, first_name, last_name, email FROM student ORDER BY id")
        )
        due = {
            _text(row["name"]): moment
            for row in self._rows("SELECT name, duedate FROM assignment ORDER BY name")
            if (moment := _moment(row["duedate"])) is not None
        }
        return ClassBook(people=people, due=due, works=tuple(self._works()))

    def _rows(self, query: str) -> list[sqlite3.Row]:
        return self._connection.execute(query).fetchmany(MAX_ROWS)

    def _works(self) -> Iterator[Work]:
        grades = self._grades()
        query = """
            SELECT sn.id AS id, sa.student_id AS student, a.name AS assignment, n.name AS notebook,
                   sa.timestamp AS handed_in, sa.extension AS longer, sn.late_submission_penalty AS penalty
            FROM submitted_notebook sn
            JOIN submitted_assignment sa ON sa.id = sn.assignment_id
            JOIN assignment a ON a.id = sa.assignment_id
            JOIN notebook n ON n.id = sn.notebook_id
            ORDER BY sa.student_id, a.name, n.name
        """
        for row in self._rows(query):
            longer = _moment(row["longer"])
            yield Work(
                student=_text(row["student"]),
                assignment=_text(row["assignment"]),
                notebook=_text(row["notebook"]),
                handed_in=_moment(row["handed_in"]),
                longer=longer - _EPOCH if longer is not None else timedelta(0),
                penalty=_number(row["penalty"]) or 0.0,
                grades=tuple(grades.get(_text(row["id"]), ())),
            )

    def _grades(self) -> dict[str, list[CellGrade]]:
        cells = "base_cell" if "base_cell" in self._tables else "grade_cell"
        extra = "g.extra_credit" if self._has("grade", "extra_credit") else "NULL"
        comments = self._comments()
        query = f"""
            SELECT g.notebook_id AS work, c.name AS cell, g.auto_score AS auto, g.manual_score AS manual,
                   {extra} AS extra, g.needs_manual_grade AS waits
            FROM grade g JOIN {cells} c ON c.id = g.cell_id ORDER BY g.id
        """  # noqa: S608  # two words of ours
        found: dict[str, list[CellGrade]] = {}
        for row in self._rows(query):
            work, cell = _text(row["work"]), _text(row["cell"])
            grade = CellGrade(
                cell=cell,
                auto=_number(row["auto"]),
                manual=_number(row["manual"]),
                extra=_number(row["extra"]) or 0.0,
                waits=bool(row["waits"]) and row["manual"] is None,
                comment=comments.get((work, cell), ""),
            )
            found.setdefault(work, []).append(grade)
        return found

    def _comments(self) -> dict[tuple[str, str], str]:
        if "comment" not in self._tables or not self._has("comment", "manual_comment"):
            return {}
        cells = "base_cell" if "base_cell" in self._tables else "solution_cell"
        query = f"""
            SELECT k.notebook_id AS work, c.name AS cell, k.manual_comment AS said
            FROM comment k JOIN {cells} c ON c.id = k.cell_id WHERE k.manual_comment IS NOT NULL
        """  # noqa: S608  # a word of ours
        return {(_text(row["work"]), _text(row["cell"])): _text(row["said"], 10_000) for row in self._rows(query)}

    def _has(self, table: str, column: str) -> bool:
        return any(row["name"] == column for row in self._connection.execute(f"PRAGMA table_info({table})"))


def _text(value: Any, limit: int = 254) -> str:
    return value.replace("\x00", "")[:limit] if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e6 else None


def _moment(value: Any) -> datetime | None:
    """A time as SQLAlchemy writes it: in UTC, without saying so."""
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else None
    except ValueError:
        return None
