"""A database and settings of a benchmark's own, in a folder that goes when it ends; nothing of a site is touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import django
from django.conf import settings
from django.core.management import call_command
from django.test.utils import setup_test_environment


@contextmanager
def own_database(*, hints: bool = False) -> Iterator[Path]:
    """Django, set up on an empty database: SQLite, or the PostgreSQL database that ``BENCH_DATABASE_URL`` names.

    Args:
        hints: there is a broker; otherwise pokes and live events, which are hints, go nowhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="courseplatform.settings",
            GRADUS_LOCAL="1",
            GRADUS_VAR=folder,
            LOG_LEVEL="WARNING",  # a line for each job would cost more than the job
            DATABASE_URL=os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3"),
        )
        django.setup()
        setup_test_environment()  # the test client asks as "testserver"
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing was collected here
        settings.STORAGES["staticfiles"] = plain
        settings.STATIC_ROOT = folder
        call_command("migrate", verbosity=0)
        with ExitStack() as unheard:
            for hint in () if hints else ("workers.pools.jobs.poke", "workers.pools.live.publish"):
                unheard.enter_context(mock.patch(hint))
            yield Path(folder)
