"""How Celery is used here: transport, reconnection and shutdown. Limits, cancelling, retries and fairness are ours."""

from __future__ import annotations

from typing import Any


def settings_for(url: str, *, prefix: str) -> dict[str, Any]:
    """Celery's settings for the keys under ``prefix`` of the broker at ``url``.

    Messages are acknowledged when they are taken: the lease in the database is the only redelivery. Remote control,
    gossip and results are off, so that a node's user needs no channel and no key but its own.
    """
    return {
        "broker_url": url,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_channel_error_retry": True,  # a server that refuses for a moment, in a failover say, ends no process
        "broker_heartbeat": 0,
        "broker_transport_options": {
            "global_keyprefix": prefix,
            "ack_emulation": False,  # the lease is the only redelivery; kombu's own would need scripts
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
            "health_check_interval": 25,
        },
        "task_serializer": "json",
        "accept_content": ["json"],
        "result_backend": None,
        "task_ignore_result": True,
        "task_acks_late": False,
        "task_store_errors_even_if_ignored": False,
        "task_create_missing_queues": True,
        # No limit: the dispatcher sends no more than there are slots, and a limit can leave a worker deaf. Kombu counts
        # a message that was taken when the connection broke as still held, and with a limit of one takes no other.
        "worker_prefetch_multiplier": 0,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "enable_utc": True,
    }
