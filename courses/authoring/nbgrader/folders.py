"""nbgrader's course folder: its assignments, and what students have handed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from courses.authoring.nbgrader.cells import MAX_BYTES, Cell, Refused, read_book
from courses.authoring.nbgrader.files import Beside, read_beside
from courses.authoring.nbgrader.settings import Settings, read_settings

MAX_ASSIGNMENTS = 200
MAX_STUDENTS = 5000
_AUTOTESTS = "autotests.yml"


class FolderRefused(Exception):
    """This is no course folder of nbgrader's; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One assignment."""

    name: str
    notebooks: Mapping[str, bytes]  #: by name, without the suffix
    beside: Beside
    autotests: bytes | None
    submitted: Mapping[str, Mapping[str, bytes]]  #: student -> notebook -> content


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The course."""

    path: Path
    settings: Settings
    header: tuple[Cell, ...]
    footer: tuple[Cell, ...]
    assignments: tuple[Assignment, ...]
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.settings.text("CourseDirectory.course_id", "") or self.path.resolve().name


@dataclass(kw_only=True)
class _Reader:
    path: Path
    settings: Settings
    notes: list[str] = field(default_factory=list)

    def assignment(self, folder: Path) -> Assignment | None:
        notebooks = {
            path.stem: content
            for path in sorted(folder.glob("*.ipynb"))
            if (content := self.content(path)) is not None and not path.name.startswith(".")
        }
        if not notebooks:
            self.notes.append(f"{folder.name}: has no notebook, and was left out")
            return None
        own = self.content(folder / _AUTOTESTS) if (folder / _AUTOTESTS).exists() else None
        beside = read_beside(folder)
        return Assignment(
            name=folder.name,
            notebooks=notebooks,
            beside=beside,
            autotests=own if own is not None else self.autotests(),
            submitted=self.submitted(folder.name, set(notebooks)),
        )

    def autotests(self) -> bytes | None:
        path = self.path / self.settings.text("InstantiateTests.autotest_filename", _AUTOTESTS)
        return self.content(path) if self.inside(path) and path.exists() else None

    def submitted(self, assignment: str, wanted: set[str]) -> dict[str, dict[str, bytes]]:
        """What was handed in. A student's folder holds hostile files: only plain notebooks of the right name count."""
        top = self.path / self.settings.text("CourseDirectory.submitted_directory", "submitted")
        found: dict[str, dict[str, bytes]] = {}
        students = sorted(top.iterdir())[:MAX_STUDENTS] if self.inside(top) and top.is_dir() else []
        for student in students:
            folder = student / assignment
            if student.is_symlink() or folder.is_symlink() or not folder.is_dir():
                continue
            books = {name: self.content(folder / f"{name}.ipynb") for name in sorted(wanted)}
            found[student.name] = {name: content for name, content in books.items() if content is not None}
        return found

    def content(self, path: Path) -> bytes | None:
        """A plain file within bounds; None for anything else."""
        if path.is_symlink():
            self.notes.append(f"{path.relative_to(self.path)}: is a link to another place, and was left out")
            return None
        if not path.is_file():
            return None
        if path.stat().st_size > MAX_BYTES:
            self.notes.append(f"{path.relative_to(self.path)}: larger than {MAX_BYTES // 2**20} MB, and left out")
            return None
        return path.read_bytes()

    def inside(self, path: Path) -> bool:
        """Whether a path that a configuration names lies in the course."""
        return path.resolve().is_relative_to(self.path)

    def border(self, option: str) -> tuple[Cell, ...]:
        """The cells of a header or footer; without a word of the configuration, ``source/header.ipynb`` is one."""
        given = self.settings.text(f"IncludeHeaderFooter.{option}", "")
        path = self.path / (given or f"source/{option}.ipynb")
        content = self.content(path) if self.inside(path) else None
        if content is None:
            if given:
                self.notes.append(f"{given}: is not there, and no {option} was put around the notebooks")
            return ()
        try:
            cells = read_book(content).cells
        except Refused as refused:
            self.notes.append(f"{path.name}: {refused}; no {option} was put around the notebooks")
            return ()
        return tuple(replace(cell, number=0) for cell in cells)


def read_folder(path: Path) -> Folder:
    """Read a course folder; nothing in it is run.

    Raises:
        FolderRefused: it has no assignments.
    """
    path = path.resolve()
    config = path / "nbgrader_config.py"
    settings = read_settings(config.read_bytes()) if config.is_file() and not config.is_symlink() else Settings()
    reader = _Reader(path=path, settings=settings)
    source = path / settings.text("CourseDirectory.source_directory", "source")
    if not reader.inside(source) or not source.is_dir():
        raise FolderRefused(f"{path.name} has no folder “source”; give the course's folder, which has it")
    folders = [each for each in sorted(source.iterdir()) if each.is_dir() and not each.is_symlink()]
    folders = [each for each in folders if not re.match(r"[._]", each.name)][:MAX_ASSIGNMENTS]
    made = [assignment for each in folders if (assignment := reader.assignment(each))]
    if not made:
        raise FolderRefused("the folder “source” has no assignments: folders with notebooks")
    header, footer = reader.border("header"), reader.border("footer")
    notes = (*settings.notes, *reader.notes)
    return Folder(
        path=path, settings=settings, header=header, footer=footer, assignments=tuple(made), notes=tuple(notes)
    )
