"""The class of a course that keeps it in its configuration: ``db_students`` and ``db_assignments``, read as text.

nbgrader fills its database from these two when the course has none yet, so they know people and due dates, and nothing
of points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from courses.authoring.nbgrader.gradebook import ClassBook, Person
from courses.authoring.nbgrader.settings import Settings

_ZONE = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d)$")
_SQLITE = re.compile(r"sqlite:///(.+)")


def class_of(settings: Settings) -> tuple[ClassBook, list[str]]:
    """People and due dates, and what of them could not be read."""
    notes: list[str] = []
    people = tuple(
        Person(id=identity, **{name: _text(row.get(name)) for name in ("first_name", "last_name", "email")})
        for row in settings.rows("CourseDirectory.db_students")
        if (identity := _text(row.get("id")))
    )
    due: dict[str, datetime] = {}
    for row in settings.rows("CourseDirectory.db_assignments"):
        name, given = _text(row.get("name")), row.get("duedate")
        moment = _moment(given)
        if moment is not None and name:
            due[name] = moment
        elif given is not None:
            notes.append(
                f"the due date of {name or 'an assignment'} is {given!r}, expected one such as 2027-03-01 17:00"
            )
    return ClassBook(people=people, due=due, works=()), notes


def database_of(folder: Path, settings: Settings) -> tuple[Path | None, str]:
    """The gradebook of a course folder where it has one, else None; and what there is to say about where it lies."""
    url = settings.text("CourseDirectory.db_url", "")
    if not url:
        path = folder / "gradebook.db"
        return (path, "") if path.is_file() else (None, "")
    match = _SQLITE.fullmatch(url)
    if match is None:
        kind = url.partition(":")[0][:40]
        return None, f"the gradebook is a database of {kind}; copy it into a gradebook.db, or give points by hand here"
    path = (folder / match[1]).resolve()
    if path.is_relative_to(folder.resolve()) and path.is_file():
        return path, ""
    return None, f"the gradebook is said to be {match[1]}, which is no file in the folder; name it by --gradebook"


def _text(value: Any) -> str:
    return str(value).replace("\x00", "").strip()[:254] if isinstance(value, str | int) else ""


def _moment(value: Any) -> datetime | None:
    """As nbgrader reads it: without a zone it is UTC."""
    if isinstance(value, Mapping) or not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(_OFFSET.sub(r"\1", _ZONE.sub("", value.strip())))
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
