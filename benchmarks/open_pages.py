"""How one web process bears many open results: how late events arrive, and what it costs.

    var/venv/bin/python -m benchmarks.open_pages [PAGES [SECONDS]]        1000 pages for 20 s by default

Starts a Valkey and one web process of its own, opens that many results of as many submissions as ``text/event-stream``,
and publishes 200 events a second, spread over the submissions. Prints how long after its publication each event reached
its reader, the connections to Valkey, and the web process's memory and processor time.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.own_database import own_database
from workers.broker import Broker

EVENTS_A_SECOND = 200
OPENING_AT_ONCE = 50


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def own_valkey() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker.prepare(Path(folder), port=free_port())
        process = broker.start()
        try:
            yield broker
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def web_process() -> Iterator[tuple[int, int]]:
    """One web process on this benchmark's database and Valkey; its port and its process id."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "courseplatform.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "warning", "--no-access-log"])
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


class Reader:
    """One open page, and how late its events came."""

    def __init__(self, submission: int, token: str, port: int) -> None:
        self._submission, self._token, self._port = submission, token, port
        self.late: list[float] = []

    async def open(self) -> None:
        self._stream, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        path = f"/api/v1/submissions/{self._submission}/events"
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n\r\n"
        self._writer.write(head.encode())
        status = await self._stream.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"{path}: {status.decode().strip()}")
        await self._stream.readuntil(b"retry:")

    async def read(self) -> None:
        while line := await self._stream.readline():
            if line.startswith(b"data: "):
                event = json.loads(line.removeprefix(b"data: "))
                if event["kind"] == "metric":
                    self.late.append(time.time() - event["values"]["at"])

    def close(self) -> None:
        self._writer.close()


async def listen(readers: list[Reader], jobs: list[int], *, seconds: float) -> float:
    """Open all pages, publish for a while, and answer how many seconds opening took."""
    from workers.pools import valkey  # noqa: PLC0415  # settings exist only once Django is set up

    began = time.monotonic()
    for start in range(0, len(readers), OPENING_AT_ONCE):
        await asyncio.gather(*(reader.open() for reader in readers[start : start + OPENING_AT_ONCE]))
    opened = time.monotonic() - began
    reading = [asyncio.ensure_future(reader.read()) for reader in readers]
    await asyncio.sleep(2)
    await asyncio.to_thread(publish, jobs, seconds=seconds)
    await asyncio.sleep(2)
    print(f"  connections to Valkey: {len(valkey.prompt().client_list()) - 1} besides the publisher's")
    for task in reading:
        task.cancel()
    for reader in readers:
        reader.close()
    return opened


def publish(jobs: list[int], *, seconds: float) -> None:
    from workers.pools import live  # noqa: PLC0415

    began = time.monotonic()
    for number in range(int(seconds * EVENTS_A_SECOND)):
        time.sleep(max(0.0, began + number / EVENTS_A_SECOND - time.monotonic()))
        live.publish(jobs[number % len(jobs)], {"kind": "metric", "step": number, "values": {"at": time.time()}})


def cost(pid: int) -> tuple[float, float]:
    """Seconds of processor time and MB of memory of a process, as Linux counts them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / ticks, pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    with own_valkey() as broker:
        os.environ["REDIS_URL"] = broker.url
        with own_database(hints=True):
            from benchmarks.open_results import open_results  # noqa: PLC0415

            submissions, jobs, token = open_results(count)
            with web_process() as (port, pid):
                readers = [Reader(submission, token, port) for submission in submissions]
                before, empty = cost(pid)
                print(
                    f"{count} open results, one web process, {os.cpu_count()} cores, Python {platform.python_version()}"
                )
                opened = asyncio.run(listen(readers, jobs, seconds=seconds))
                spent, full = cost(pid)
    late = sorted(second for reader in readers for second in reader.late)
    wanted = int(seconds * EVENTS_A_SECOND)
    print(f"  opened in {opened:.1f} s; {len(late)} of {wanted} events arrived")
    parts = ", ".join(
        f"{name} {late[int(part * (len(late) - 1))] * 1000:.0f} ms"
        for name, part in (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99), ("worst", 1))
    )
    print(f"  after publication: {parts}")
    print(f"  web process: {full:.0f} MB ({empty:.0f} MB before), {spent - before:.1f} s of processor time")
    return 0 if len(late) == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
