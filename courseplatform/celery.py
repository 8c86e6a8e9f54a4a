"""The platform's own background work: ``celery -A courseplatform.celery worker``. Grading machines never see this."""

from __future__ import annotations

import os
import time

import django
from celery import Celery
from django.conf import settings

from workers import background, keys
from workers.transport import settings_for

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseplatform.settings")
django.setup(set_prefix=False)

app = Celery("gradus")
app.conf.update(settings_for(settings.REDIS_URL, prefix=keys.PLATFORM_PREFIX))
app.conf.update(task_default_queue=background.QUEUE, imports=["courseplatform.tasks"], worker_concurrency=1)

#: What is done regularly, and after how many seconds again. The dispatcher sends it, so there is no other clock.
PERIODIC = {
    "gradus.clean_up": 3600.0,
    "gradus.reveal": 60.0,
    "gradus.check_exercises": 30.0,
    "gradus.mail_answers": 60.0,
    "gradus.apply_regrades": 30.0,
}

_sent: dict[str, float] = {}


def send_due() -> None:
    """Send the periodic tasks whose time has come. Each may run twice or late without harm."""
    now = time.monotonic()
    for task, seconds in PERIODIC.items():
        if task not in _sent or now - _sent[task] >= seconds:
            _sent[task] = now
            app.send_task(task, queue=background.QUEUE, ignore_result=True, retry=False, expires=seconds)
