"""``manage.py dispatcher``: give work to the grading machines and take their reports in."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from courseplatform.celery import send_due
from workers.pools.dispatcher import Dispatcher


class Command(BaseCommand):
    help = "Give jobs to grading machines and record their reports. One works at a time; others wait."

    def handle(self, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Dispatcher(periodic=[send_due]).run(stop)
