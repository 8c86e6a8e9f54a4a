"""``manage.py seed_demo``: database, static files, courses, accounts and talk of a demo, made or brought up to date."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from courseplatform.demo import seed_discussions
from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role

#: Username, role in every course, and whether the account may do everything.
CAST = [("student", Role.STUDENT, False), ("instructor", Role.INSTRUCTOR, False), ("admin", Role.INSTRUCTOR, True)]


class Command(BaseCommand):
    help = "Prepare a demo: migrate, collect static files, publish the bundled courses, make accounts, let people ask."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("seed_demo makes accounts with known passwords: it needs GRADUS_LOCAL=1.")
        self.step("Database", lambda: call_command("migrate", verbosity=0, interactive=False))
        self.step("Static files", lambda: call_command("collectstatic", clear=True, verbosity=0, interactive=False))
        for folder in sorted(path.parent for path in (settings.BASE_DIR / "content").glob("*/course.yaml")):
            self.step(f"Course {folder.name}", lambda folder=folder: publish(folder))
        self.step("Accounts", self.make_accounts)
        discussions = settings.BASE_DIR / "content" / "demo" / "discussions.yaml"
        self.step("Discussions", lambda: seed_discussions(discussions))
        for username, _role, _everything in CAST:
            self.stdout.write(f"  {username:12} password {password_of(username)}")

    def step(self, title: str, action: Any) -> None:
        started = time.monotonic()
        action()
        self.stdout.write(f"{title}: {time.monotonic() - started:.1f} s")

    def make_accounts(self) -> None:
        for username, role, everything in CAST:
            user, made = User.objects.get_or_create(
                username=username, defaults={"is_staff": everything, "is_superuser": everything}
            )
            if made:
                user.set_password(password_of(username))
                user.save(update_fields=["password"])
            for course in Course.objects.all():
                enroll(user, course, role=role)


def publish(folder: Path) -> None:
    call_command("publish", str(folder), verbosity=0)


def password_of(username: str) -> str:
    """Known to everybody, so for a demo on loopback only; an account that exists keeps the one that its owner chose."""
    return f"{username}-demo"
