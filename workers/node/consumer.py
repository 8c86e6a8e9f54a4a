"""Celery's consumer, less patient: it comes back as soon as the broker does."""

from __future__ import annotations

import logging
from typing import Any

from celery.worker.consumer import Consumer as CeleryConsumer
from celery.worker.state import maybe_shutdown

log = logging.getLogger(__name__)


class Consumer(CeleryConsumer):  # type: ignore[misc]  # celery has no types
    """Asks again within two seconds. Celery's own pauses grow to 30 s, twice a lease, so that orders would lapse."""

    def ensure_connected(self, conn: Any) -> Any:
        def away(error: Exception, interval: float) -> None:
            log.warning("no connection to take orders by, asking again in %.1f s: %s", interval, error)

        self.first_connection_attempt = False
        return conn.ensure_connection(
            away, None, interval_start=0.5, interval_step=0.5, interval_max=2.0, callback=maybe_shutdown
        )
