"""In which order waiting jobs start: by lane, then whoever has used the pool least. Pure: no database here."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What the order looks at of a queued job."""

    id: int
    lane: int
    account: str
    seconds: float  #: estimated device-seconds
    alone: bool = False  #: it may share its worker with nothing else


def fair(waiting: Iterable[Waiting], used: Mapping[str, float]) -> Iterator[Waiting]:
    """Yield jobs in the order in which they should start.

    Within a lane the account with the least virtual time is next, and each of its jobs adds its estimated seconds, so
    that who floods the queue waits behind their own jobs and not before those of others.

    Args:
        used: estimated device-seconds of each account that run now or ran lately.
    """
    lanes: dict[int, dict[str, deque[Waiting]]] = defaultdict(lambda: defaultdict(deque))
    for job in sorted(waiting, key=lambda job: job.id):
        lanes[job.lane][job.account].append(job)
    clock = defaultdict(float, used)
    for _, accounts in sorted(lanes.items()):
        line = [(clock[account], jobs[0].id, account) for account, jobs in accounts.items()]
        heapq.heapify(line)
        while line:
            _, _, account = heapq.heappop(line)
            job = accounts[account].popleft()
            yield job
            clock[account] += job.seconds
            if accounts[account]:
                heapq.heappush(line, (clock[account], accounts[account][0].id, account))
