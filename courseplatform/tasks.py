"""Background tasks of the platform. Each is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from courseplatform.celery import app
from workers.pools import housekeeping

log = logging.getLogger(__name__)


@app.task(name="gradus.clean_up")  # type: ignore[untyped-decorator]  # celery has no types
def clean_up() -> None:
    """Forget what nobody needs: sessions that are over, workers long gone, bundles that no job or course names."""
    sessions, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    workers = housekeeping.forget_workers(gone_before=timezone.now() - timedelta(days=1))
    streams = housekeeping.expire_streams()
    log.info("forgot %d sessions, %d workers, %d streams", sessions, workers, streams)
