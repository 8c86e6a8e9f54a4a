"""``manage.py dispatcher``: give work to the grading machines and take their reports in."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courseplatform.celery import send_due
from workers.pools.clock import database_now
from workers.pools.dispatcher import Dispatcher
from workers.pools.models import DispatcherLease


class Command(BaseCommand):
    help = "Give jobs to grading machines and record their reports. One works at a time; others wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether one is at work, by the exit status")

    def handle(self, *, check: bool, **_options: Any) -> None:
        if check:
            if not DispatcherLease.objects.filter(until__gt=database_now()).exists():
                raise CommandError("No dispatcher is at work.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Dispatcher(periodic=[send_due]).run(stop)
