"""What an escaped submission would reach: listeners that must stay silent, and files that must not appear."""

from __future__ import annotations

import selectors
import socket
from pathlib import Path

PORT = 47999
_PLACES = ("/tmp", "/dev/shm", "/var/tmp", "/", "/run", "/etc", "/root", "/home")


class Canaries:
    """Listeners on TCP, UDP, a unix path and an abstract name."""

    def __init__(self) -> None:
        self._path = Path("/tmp/canary.sock")
        self._path.unlink(missing_ok=True)
        tcp = socket.create_server(("127.0.0.1", PORT), reuse_port=True)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", PORT))
        path, abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
        path.bind(str(self._path))
        abstract.bind("\0platform-canary")
        path.listen()
        abstract.listen()
        self._listeners = (tcp, udp, path, abstract)
        self._selector = selectors.DefaultSelector()
        for listener in self._listeners:
            self._selector.register(listener, selectors.EVENT_READ)

    def touched(self) -> list[str]:
        """Which listeners somebody has reached."""
        return [str(key.fileobj) for key, _ in self._selector.select(0)]

    def close(self) -> None:
        self._selector.close()
        for listener in self._listeners:
            listener.close()
        self._path.unlink(missing_ok=True)


def planted_files() -> set[str]:
    """Files that attacks leave where they succeed, anywhere that they try."""
    found = set()
    for place in _PLACES:
        if Path(place).is_dir():
            found |= {str(path) for path in Path(place).iterdir() if path.name.startswith(("pwned_", "heartbeat_"))}
    return found
