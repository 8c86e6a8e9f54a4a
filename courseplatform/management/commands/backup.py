"""``manage.py backup FILE``: the whole database in one file."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courseplatform import backup


class Command(BaseCommand):
    help = "Write accounts, courses, submissions, grades and bundles to FILE. The platform may go on running."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="for example gradus-2026-11-22.tar.gz")
        parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")

    def handle(self, *, file: Path, force: bool, **_options: Any) -> None:
        began = time.monotonic()
        try:
            summary = backup.write(file, force=force)
        except (backup.BackupRefused, OSError) as reason:
            raise CommandError(f"No backup was made: {reason}") from reason
        self.stdout.write(f"{file}: {told(summary)}, {time.monotonic() - began:.1f} s")


def told(summary: backup.Summary) -> str:
    """Sizes, for people."""
    rows = sum(summary.rows.values())
    handed_in, bundles = (summary.rows.get(table, 0) for table in ("exercises_submission", "pools_bundle"))
    megabytes = f"{summary.data_bytes / 1e6:.1f} MB of data in {summary.file_bytes / 1e6:.1f} MB"
    return f"{rows} rows, of them {handed_in} submissions and {bundles} bundles; {megabytes}"
