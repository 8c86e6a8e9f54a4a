"""What an escaped submission would reach: listeners that must stay silent, files that must not appear or change."""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import socket
import sysconfig
from pathlib import Path

import graders

PORT = 47999
_PLACES = ("/tmp", "/dev/shm", "/var/tmp", "/", "/run", "/run/lock", "/etc", "/root", "/home", "/dev/mqueue", ".")
_MARKS = ("pwned", "heartbeat_", "kept_")


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
    for place in (*_PLACES, *_code()):
        if Path(place).is_dir() and os.access(place, os.R_OK | os.X_OK):
            found |= {str(path) for path in Path(place).iterdir() if path.name.startswith(_MARKS)}
    return found


def tree_digest() -> str:
    """Names, sizes and times of all that submissions import: the environment's packages and our own."""
    digest = hashlib.sha256()
    for top in _code():
        for folder, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(files):
                with contextlib.suppress(FileNotFoundError):
                    status = Path(folder, name).stat()
                    digest.update(f"{folder}/{name} {status.st_size} {status.st_mtime_ns} {status.st_mode}".encode())
    return digest.hexdigest()


def _code() -> tuple[str, ...]:
    return (sysconfig.get_paths()["purelib"], str(Path(graders.__file__).parent))
