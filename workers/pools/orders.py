"""Orders to workers, by Celery: one app for each node, since its keys have a prefix of their own."""

from __future__ import annotations

from celery import Celery
from kombu.exceptions import OperationalError

from workers import keys
from workers.messages import Order
from workers.transport import settings_for


class Orders:
    """Sends orders to workers' queues; keeps the connections."""

    #: What :meth:`send` raises when the broker is away.
    errors = (OperationalError, ConnectionError)

    def __init__(self, url: str) -> None:
        self._url = url
        self._apps: dict[str, Celery] = {}

    def send(self, node: str, queue: str, order: Order) -> None:
        app = self._apps.get(node)
        if app is None:
            app = self._apps[node] = Celery(f"orders-{node}", set_as_current=False)
            app.conf.update(settings_for(self._url, prefix=keys.node_prefix(node)))
        app.send_task(keys.GRADE_TASK, args=[order.to_dict()], queue=queue, ignore_result=True, retry=False)

    def close(self) -> None:
        for app in self._apps.values():
            app.close()
        self._apps.clear()
