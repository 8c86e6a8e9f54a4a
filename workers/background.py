"""Asks the platform's own worker for work in the background.

Such work is safe to run twice, and whoever asks has written down what is to be done: a request that is lost with the
broker is found again by the work that is done regularly.
"""

from __future__ import annotations

import logging
from functools import cache

from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from workers import keys
from workers.transport import settings_for

log = logging.getLogger(__name__)

QUEUE = "background"


def ask(task: str, *, expires: float = 3600.0) -> None:
    """Have a task of ``courseplatform.tasks`` run soon."""
    try:
        _app(settings.REDIS_URL).send_task(task, queue=QUEUE, ignore_result=True, retry=False, expires=expires)
    except (OperationalError, ConnectionError) as error:
        log.warning("%s has to wait for its turn: %s", task, error)


@cache
def _app(url: str) -> Celery:
    app = Celery("background", set_as_current=False)
    app.conf.update(settings_for(url, prefix=keys.PLATFORM_PREFIX))
    return app
