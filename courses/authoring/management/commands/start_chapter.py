"""``manage.py start_chapter FOLDER NAME``: a new chapter of a course, with a quiz and an exercise that publish."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from courses.authoring.starting import NameRefused, chapter_files


class Command(BaseCommand):
    help = "Write a new chapter into a course's folder, with a quiz and an exercise, ready to publish and to change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder with course.yaml")
        parser.add_argument("name", help="the chapter's address: small letters, digits and hyphens")

    def handle(self, *_args: Any, folder: Path, name: str, **_options: Any) -> None:
        taken = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        try:
            files = chapter_files(name, taken=taken, languages=_languages(folder / "course.yaml"))
        except NameRefused as error:
            raise CommandError(str(error)) from error
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
            self.stdout.write(str(folder / path))


def _languages(about: Path) -> list[str]:
    try:
        declared = yaml.safe_load(about.read_text(encoding="utf-8"))["languages"]
    except FileNotFoundError as error:
        raise CommandError(f"{about.parent} has no course.yaml; give the folder of a course") from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CommandError(f"{about} does not say in which `languages` the course is; publish it first") from error
    if not isinstance(declared, list) or not all(isinstance(each, str) for each in declared):
        raise CommandError(f"{about}: `languages` is no list, expected one such as [en, zh-hans]")
    return declared
