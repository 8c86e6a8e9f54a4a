"""How every process of ours logs: one line each, JSON in production and for people elsewhere. No Django here.

One id follows a submission through web, dispatcher, node and sandbox: the number of its job, as ``job``. Whoever works
on a job binds it (``with bound(job=12, try_number=1)``), and each line that is written meanwhile carries it, those of
libraries too; lines of a request carry the request's id beside it. No line has a student's code, and addresses lose
their passwords on the way.
"""

from __future__ import annotations

import logging
import logging.config
import re
from contextlib import AbstractContextManager
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

#: What stands between ``://`` and ``@`` in an address is a secret.
PASSWORD = re.compile(r"(?<=://)[^/@\s]*@")
MAX_LINE = 4000
#: What may be added to a line by ``extra=``.
SHOWN = ("job", "try_number", "owner", "pool", "node", "broker")


def bound(**facts: object) -> AbstractContextManager[None]:
    """Have each line that this thread, or this request, writes meanwhile carry ``facts``."""
    return structlog.contextvars.bound_contextvars(**facts)


def configuration(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """For ``logging.config.dictConfig``, and for Django's ``LOGGING``: everything goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "as_json": as_json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
    }


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Log like this from now on."""
    logging.config.dictConfig(configuration(as_json=as_json, level=level))


def formatter(*, as_json: bool) -> structlog.stdlib.ProcessorFormatter:
    """Makes a line of whatever anybody logs with the standard library."""
    stamped: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=SHOWN),  # no others: Celery's carry the whole order, with what was handed in
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    shown: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        shown += [structlog.processors.format_exc_info, _without_secrets, _json]
    else:
        shown += [structlog.processors.format_exc_info, _without_secrets, _for_people]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=stamped, processors=shown)


def _without_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Bounded, and without the passwords of addresses."""
    for name, value in event.items():
        if isinstance(value, str):
            limit = MAX_LINE if name != "exception" else 4 * MAX_LINE
            event[name] = PASSWORD.sub("…@", value)[:limit]
    return event


_render_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _json(logger: object, method: str, event: EventDict) -> str:
    return str(_render_json(logger, method, event))


def _for_people(_logger: object, _method: str, event: EventDict) -> str:
    """``10:12:01 INFO workers.pools.dispatch: sent to anna · job=12 try=1``"""
    moment, level, name = (event.pop(key, "") for key in ("timestamp", "level", "logger"))
    text, exception = event.pop("event", ""), event.pop("exception", "")
    facts = " ".join(f"{key}={value}" for key, value in event.items() if not key.startswith("_"))
    line = f"{str(moment)[11:23]} {str(level).upper()} {name}: {text}{f' · {facts}' if facts else ''}"
    return f"{line}\n{exception}" if exception else line
