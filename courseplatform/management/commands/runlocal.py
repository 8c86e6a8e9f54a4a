"""``manage.py runlocal [--port N]``: the whole platform on this machine; what `make demo` calls after its set-up."""

from __future__ import annotations

import argparse
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courseplatform import local


class Command(BaseCommand):
    help = "Run web, platform worker, dispatcher, a grading node and a broker on this machine, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "runlocal is for one person's machine: set GRADUS_LOCAL=1. Production has docker-compose.yml."
            )
        try:
            local.run(port=options["port"], root=settings.BASE_DIR, var=settings.VAR_DIR)
        except local.CannotRun as reason:
            raise CommandError(f"The demo cannot run: {reason}") from None
        except KeyboardInterrupt:
            self.stdout.write("Ended.")
