"""A database and settings of a benchmark's own, in a folder that goes when it ends; nothing of a site is touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import django
from django.core.management import call_command


@contextmanager
def own_database() -> Iterator[Path]:
    """Django, set up on an empty database: SQLite, or the PostgreSQL database that ``BENCH_DATABASE_URL`` names.

    There is no broker: pokes and live events, which are hints, go nowhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="courseplatform.settings",
            GRADUS_LOCAL="1",
            GRADUS_VAR=folder,
            DATABASE_URL=os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3"),
        )
        django.setup()
        call_command("migrate", verbosity=0)
        with mock.patch("workers.pools.jobs.poke"), mock.patch("workers.pools.live.publish"):
            yield Path(folder)
