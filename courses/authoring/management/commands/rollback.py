"""``manage.py rollback COURSE NUMBER``: make an earlier release current again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.authoring.models import Release
from courses.authoring.publish import roll_back
from courses.catalog.models import Course


class Command(BaseCommand):
    help = "Make an earlier release of a course current again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", help="the course's slug")
        parser.add_argument("number", type=int, help="the release's number")

    def handle(self, *_args: Any, course: str, number: int, **_options: Any) -> None:
        try:
            release = roll_back(Course.objects.get(slug=course), number)
        except Course.DoesNotExist as error:
            known = ", ".join(Course.objects.values_list("slug", flat=True)) or "none is published"
            raise CommandError(f"there is no course {course}; courses: {known}") from error
        except Release.DoesNotExist as error:
            numbers = Release.objects.filter(course__slug=course).order_by("number").values_list("number", flat=True)
            known = ", ".join(str(known) for known in numbers)
            raise CommandError(f"{course} has no release {number}; releases: {known}") from error
        self.stdout.write(f"{release.course.slug}: release {release.number} is current")
