"""A dispatcher process whose handler writes each end into a ledger, in the transaction that records it."""

from __future__ import annotations

import os
import signal
import threading

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseplatform.settings")

LEDGER = "chaos_ledger"

if __name__ == "__main__":
    django.setup()
    from graders.report import Report
    from workers.pools import jobs
    from workers.pools.dispatcher import Dispatcher
    from workers.pools.models import Job

    def write_down(job: Job, report: Report) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {LEDGER} VALUES (%s, %s, %s)", [job.pk, job.account, str(report.outcome)])

    jobs.register("chaos", write_down)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Dispatcher().run(stop)
