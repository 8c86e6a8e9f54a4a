"""``manage.py find_leaks COURSE``: what a new student of a published course can read and should not."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.authoring.leaks import VisitFailed, find_leaks, secrets_of_course
from courses.catalog.models import Course


class Command(BaseCommand):
    help = "Search every page, download and API reply of a course for solutions, hidden tests and expected values."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", help="the course's address")

    def handle(self, *_args: Any, course: str, **_options: Any) -> None:
        row = Course.objects.published().filter(slug=course).select_related("current_release").first()
        if row is None:
            raise CommandError(f"there is no published course {course}")
        try:
            leaks = find_leaks(row)
        except VisitFailed as error:
            raise CommandError(str(error)) from error
        for address, secret in leaks:
            self.stdout.write(f"{address}: {secret}")
        if leaks:
            raise CommandError(f"{len(leaks)} leaks")
        self.stdout.write(f"none of {len(secrets_of_course(row))} secrets can be read")
