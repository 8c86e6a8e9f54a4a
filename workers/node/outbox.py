"""Reports that the platform has not acknowledged: one file each, written before the report is sent first.

A disk that is full must not lose a report: what cannot be written is kept in memory. It is then lost if this process
dies before it is acknowledged, and its try is made again, as if the process had died while it graded.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from pathlib import Path

from workers.messages import MessageInvalid, ReportMessage
from workers.node.files import private_folder, write_whole

log = logging.getLogger(__name__)

RESEND_SECONDS = 3.0
NAME = re.compile(r"[0-9a-f]{32}")


class Outbox:
    """The folder of unacknowledged reports."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._lock = threading.Lock()
        #: Token -> when it was sent last, by the monotonic clock; what an earlier process left was never sent by us.
        self._sent = {path.stem: 0.0 for path in self._folder.glob("*.json") if NAME.fullmatch(path.stem)}
        self._unwritten: dict[str, ReportMessage] = {}

    def put(self, message: ReportMessage) -> None:
        try:
            write_whole(self._path(message.token), message.to_json().encode())
        except OSError as error:
            log.error("report %s… cannot be written and is kept in memory: %s", message.token[:6], error)
            self._unwritten[message.token] = message
        with self._lock:
            self._sent[message.token] = 0.0

    def due(self) -> list[str]:
        """Tokens of the reports to send now; they are due again a few seconds later, unless acknowledged."""
        now = time.monotonic()
        with self._lock:
            due = [token for token, sent in self._sent.items() if sent == 0.0 or now - sent > RESEND_SECONDS]
            self._sent.update(dict.fromkeys(due, now))
        return due

    def not_sent(self, token: str) -> None:
        """Sending failed: it is due again at once."""
        with self._lock:
            if token in self._sent:
                self._sent[token] = 0.0

    def read(self, token: str) -> ReportMessage | None:
        """A report as it was put in; ``None`` if it was acknowledged meanwhile."""
        if (unwritten := self._unwritten.get(token)) is not None:
            return unwritten
        try:
            return ReportMessage.parse_json(self._path(token).read_bytes())
        except FileNotFoundError:
            return None
        except MessageInvalid as error:  # of another version, or a broken disk: nobody could read it
            log.error("a report in the outbox is none and is dropped: %s", error)
            self.forget(token)
            return None

    def forget(self, token: str) -> None:
        """The platform has it."""
        with self._lock:
            self._sent.pop(token, None)
            self._unwritten.pop(token, None)
        self._path(token).unlink(missing_ok=True)

    def __len__(self) -> int:
        with self._lock:
            return len(self._sent)

    def _path(self, token: str) -> Path:
        return self._folder / f"{token}.json"
