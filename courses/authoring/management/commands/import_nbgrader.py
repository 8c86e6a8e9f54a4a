"""``manage.py import_nbgrader DIR --into FOLDER``: nbgrader's course folder as one of ours."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.authoring.nbgrader import telling
from courses.authoring.nbgrader.folders import FolderRefused, read_folder
from courses.authoring.nbgrader.importing import Moved, Moving
from graders.engine import Engine, EngineUnavailable

REPORT = "IMPORT.md"


class Command(BaseCommand):
    help = (
        "Convert a course folder of nbgrader's. Notebooks are read, and run in the sandbox alone: each test both in "
        "one process and across the border. A test whose points differ is switched off, and named with the reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="nbgrader's course folder, which has `source`")
        parser.add_argument(
            "--into", type=Path, required=True, help="where to write the course; its name is its address"
        )
        parser.add_argument("--language", default="", help="of the texts: en or zh-hans; by default found in them")
        parser.add_argument(
            "--submissions", type=int, default=20, help="of each notebook, how many submissions to try (default 20)"
        )
        parser.add_argument(
            "--rewrite",
            action="store_true",
            help="let the drafts run that give every answer the points that nbgrader gives; read them in IMPORT.md",
        )
        parser.add_argument("--jobs", type=int, default=1, help="how many to try at a time (default 1)")

    def handle(self, *_args: Any, folder: Path, into: Path, **options: Any) -> None:
        logging.getLogger("graders").setLevel(logging.WARNING)  # which tell operators of each submission
        if into.exists() and any(into.iterdir()):
            raise CommandError(f"{into} holds files already; name a new folder")
        moved = self._move(folder, into, **options)
        for line in telling.in_short(moved):
            self.stdout.write(line)
        if not any(each.made for each in moved):
            raise CommandError("no notebook could be taken over")
        self.stdout.write(f"written to {into}; {REPORT} in it has the marks and what is to be done")

    def _move(
        self, folder: Path, into: Path, *, jobs: int, submissions: int, language: str, rewrite: bool, **_rest: Any
    ) -> list[Moved]:
        try:
            course = read_folder(folder)
            engine = Engine(slots=max(1, jobs))
        except (FolderRefused, EngineUnavailable, OSError) as error:
            raise CommandError(str(error)) from error
        try:
            moving = Moving(
                folder=course,
                into=into,
                engine=engine,
                jobs=max(1, jobs),
                most=submissions,
                language=language,
                rewrite=rewrite,
                say=lambda text: self.stdout.write(text),
            )
            moved = moving.move()
        finally:
            engine.close()
        into.mkdir(parents=True, exist_ok=True)
        (into / REPORT).write_text(telling.report(course, moved), encoding="utf-8")
        return moved
