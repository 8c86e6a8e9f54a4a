"""``manage.py restore FILE``: put the database into the state of a backup."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courseplatform import backup
from courseplatform.management.commands.backup import told


class Command(BaseCommand):
    help = "Put what `manage.py backup` wrote in the place of the database. Stop the platform before."
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="even if the database is not empty: it is replaced")

    def handle(self, *, file: Path, force: bool, **_options: Any) -> None:
        began = time.monotonic()
        try:
            summary = backup.read(file, force=force)
        except (backup.BackupRefused, OSError) as reason:
            raise CommandError(f"Nothing was restored: {reason}") from reason
        self.stdout.write(f"{file} is restored: {told(summary)}, {time.monotonic() - began:.1f} s")
