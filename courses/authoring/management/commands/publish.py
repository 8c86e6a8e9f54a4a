"""``manage.py publish FOLDER``: make a course folder the course's current release."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.authoring.publish import CourseInvalid, publish


class Command(BaseCommand):
    requires_system_checks = ()  # an author who changes a word need not wait for those of the site
    help = "Publish a course folder. Prints every mistake as file:line and changes nothing if there is any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder with course.yaml")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder; give the folder that holds course.yaml")
        try:
            release = publish(folder, by=None)
        except CourseInvalid as error:
            for problem in error.problems:
                self.stderr.write(f"{folder}/{problem}")
            count = len(error.problems)
            raise CommandError(f"{count} {'mistake' if count == 1 else 'mistakes'}; nothing was published") from error
        self.stdout.write(f"{release.course.slug}: release {release.number} is current")
