"""How long one web process takes for a chapter page while people read and 1000 results are open.

    var/venv/bin/python -m benchmarks.readers [READERS [RESULTS [SECONDS]]]        50 readers, 1000 results, 30 s

Starts a Valkey and one web process of its own and publishes the bundled course. Each reader is signed in and enrolled,
opens a chapter, stays with it for some seconds, and opens the next; nothing is published to the open results meanwhile
but what keeps them alive. Prints the time from the request's last byte out to the answer's last byte in.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence

from benchmarks._measuring import ROOT, say_where, spread
from benchmarks.open_pages import OPENING_AT_ONCE, Reader, cost, own_valkey, web_process
from benchmarks.own_database import own_database

#: Seconds for which a reader stays with a page, on the mean. People take minutes: this is a busy class.
STAY_SECONDS = 5.0


class Visitor:
    """Somebody who reads. Between two pages the server closes the connection, as it does with a browser's."""

    def __init__(self, port: int, session: str, paths: Sequence[str], number: int) -> None:
        self._port, self._session, self._paths = port, session, paths
        self._random = random.Random(number)
        self.seconds: list[float] = []
        self.bytes = 0

    async def read(self, until: float) -> None:
        await asyncio.sleep(self._random.uniform(0, STAY_SECONDS))
        while time.monotonic() < until:
            stream, writer = await asyncio.open_connection("127.0.0.1", self._port)
            await self._open(stream, writer, self._random.choice(self._paths))
            writer.close()
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * STAY_SECONDS)

    async def _open(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
        writer.write(f"{head}Cookie: sessionid={self._session}\r\n\r\n".encode())
        began = time.monotonic()
        answer = (await stream.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if " 200 " not in answer.splitlines()[0]:
            raise RuntimeError(f"{path}: {answer.splitlines()[0]}")
        length = int(answer.split("content-length:")[1].split()[0])
        await stream.readexactly(length)
        self.seconds.append(time.monotonic() - began)
        self.bytes += length


async def measure(results: list[Reader], visitors: list[Visitor], *, seconds: float) -> None:
    for start in range(0, len(results), OPENING_AT_ONCE):
        await asyncio.gather(*(reader.open() for reader in results[start : start + OPENING_AT_ONCE]))
    hearing = [asyncio.ensure_future(reader.read()) for reader in results]
    until = time.monotonic() + seconds
    await asyncio.gather(*(visitor.read(until) for visitor in visitors))
    for task in hearing:
        task.cancel()
    for reader in results:
        reader.close()


def main() -> int:
    count, results, seconds = (
        float(sys.argv[place]) if len(sys.argv) > place else default for place, default in ((1, 50), (2, 1000), (3, 30))
    )
    with own_valkey() as broker:
        os.environ["REDIS_URL"] = broker.url
        with own_database(hints=True):
            from benchmarks.open_results import open_results  # noqa: PLC0415
            from benchmarks.reading_site import people, publish_course  # noqa: PLC0415  # settings exist by now

            paths = publish_course(ROOT / "content" / "large-models")
            sessions = people(int(count))
            submissions, _jobs, token = open_results(int(results))
            with web_process() as (port, pid):
                open_pages = [Reader(submission, token, port) for submission in submissions]
                visitors = [Visitor(port, session, paths, number) for number, session in enumerate(sessions)]
                say_where(f"{count:.0f} readers, {results:.0f} open results, one web process")
                before, _memory = cost(pid)
                asyncio.run(measure(open_pages, visitors, seconds=seconds))
                spent, memory = cost(pid)
    times = [second * 1000 for visitor in visitors for second in visitor.seconds]
    size = sum(visitor.bytes for visitor in visitors) / max(1, len(times)) / 1000
    print(f"  {len(times)} chapter pages, {len(times) / seconds:.1f} a second, {size:.0f} kB each as sent")
    print(f"  from request to last byte: {spread(times, 1)} ms")
    print(f"  web process: {memory:.0f} MB, {spent - before:.1f} s of processor time, opening the results included")
    return 0


if __name__ == "__main__":
    sys.exit(main())
