"""``manage.py import_nbgrader_class DIR --course SLUG``: the class of an nbgrader course, with dates and points."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from courses.accounts.models import User
from courses.authoring.nbgrader.cells import Refused
from courses.authoring.nbgrader.configured import class_of, database_of
from courses.authoring.nbgrader.folders import Folder, FolderRefused, read_folder
from courses.authoring.nbgrader.gradebook import ClassBook, GradebookUnreadable, Person, read_gradebook
from courses.authoring.nbgrader.writing import submission_of
from courses.catalog.models import Course
from courses.cohorts.from_nbgrader import take_over


class Command(BaseCommand):
    help = (
        "Take the class of an nbgrader course over into a published course: people, due dates, extensions, points and "
        "comments. gradebook.db is opened read-only. Doing it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="nbgrader's course folder")
        parser.add_argument("--course", required=True, help="the course here, which import_nbgrader has made")
        parser.add_argument("--cohort", default="nbgrader", help="the cohort that the class becomes (default nbgrader)")
        parser.add_argument("--by", required=True, help="the username of who does it, for the audit trail")
        parser.add_argument("--gradebook", type=Path, help="where gradebook.db is, if not in the folder")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")

    def handle(self, *_args: Any, folder: Path, course: str, cohort: str, by: str, **options: Any) -> None:
        row = Course.objects.published().filter(slug=course).first()
        user = User.objects.filter(username=by).first()
        if row is None:
            raise CommandError(f"there is no published course {course}; publish what import_nbgrader has written")
        if user is None:
            raise CommandError(f"there is no account {by}")
        try:
            source = read_folder(folder)
            book, notes = _book(source, options["gradebook"])
        except (FolderRefused, GradebookUnreadable) as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            taken = take_over(book, row, cohort=cohort, files=_files(source), notebooks=_notebooks(source), by=user)
            transaction.set_rollback(options["dry_run"])
        for line in (*notes, *taken.lines):
            self.stdout.write(line)
        said = f"{taken.people} people, {taken.dates} due dates, {taken.works} graded notebooks"
        self.stdout.write(f"would take over {said}" if options["dry_run"] else f"took over {said}")


def _book(source: Folder, named: Path | None) -> tuple[ClassBook, list[str]]:
    """The class, and what there is to say about where it comes from. Raises ``GradebookUnreadable``."""
    path, said = (named, "") if named is not None else database_of(source.path, source.settings)
    notes = [said] if said else []
    if path is not None:
        return read_gradebook(path), notes
    book, unread = class_of(source.settings)
    if not book.people:  # whoever has handed something in is of the class
        students = sorted({student for assignment in source.assignments for student in assignment.submitted})
        nobody = {"first_name": "", "last_name": "", "email": ""}
        book = replace(book, people=tuple(Person(id=student, **nobody) for student in students))
    if not book.people and not book.due:
        raise GradebookUnreadable(
            " ".join(
                [*notes, "there is neither a gradebook.db, nor db_students or db_assignments in nbgrader_config.py"]
            )
        )
    notes.append("there is no gradebook.db: people and due dates come from nbgrader_config.py, and points from nowhere")
    return book, [*notes, *unread]


def _notebooks(source: Folder) -> list[tuple[str, str]]:
    return [(assignment.name, notebook) for assignment in source.assignments for notebook in assignment.notebooks]


def _files(source: Folder) -> dict[tuple[str, str, str], str]:
    """What was handed in, where it can be read."""
    files: dict[tuple[str, str, str], str] = {}
    for assignment in source.assignments:
        for student, books in assignment.submitted.items():
            for notebook, content in books.items():
                try:
                    files[student, assignment.name, notebook] = submission_of(content)
                except Refused:
                    continue  # its points come without it
    return files
