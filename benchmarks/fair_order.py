"""How long people wait in the real queue, beside plain first-come-first-served: bursts, a flooder, long GPU jobs.

    var/venv/bin/python -m benchmarks.fair_order [STUDENTS]        10,000 by default; ten minutes

Time is simulated; the order is not: jobs go through ``workers.pools.jobs.enqueue``, ``dispatch.claim`` and
``recording.end`` on a database of the benchmark's own. For each scenario it prints the waits by percentile and Jain's
index of the accounts' shares, where an account's share is the part of its jobs' time in the system in which they ran
(1: all accounts were served alike). It fails if a flooder more than doubles the median wait of the others.
"""

from __future__ import annotations

import heapq
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.own_database import own_database

ALLOWED = 2.0
START = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A job that somebody hands in."""

    at: float  #: seconds
    account: str
    seconds: float  #: how long it will hold a slot; the queue learns it only when it has ended


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What happens to a pool."""

    name: str
    slots: int
    prior: float  #: what the queue expects of a job before it has measured any
    arrivals: Sequence[Arrival]


@dataclass(frozen=True, kw_only=True)
class Served:
    """What became of an arrival."""

    arrival: Arrival
    wait: float


def deadline(students: int) -> Scenario:
    """Everybody submits one to three times in two hours, most in the last minutes, many at the full ten minutes."""
    draw = random.Random(1)
    arrivals = []
    for number in range(students):
        moment = 7200 * (1 - draw.random() ** 3) if draw.random() < 0.7 else 600 * draw.randrange(12)
        for attempt in range(draw.choice((1, 1, 2, 3))):
            arrivals.append(
                Arrival(at=moment + 90 * attempt, account=f"student:{number}", seconds=draw.lognormvariate(0.7, 0.6))
            )
    work = sum(arrival.seconds for arrival in arrivals)
    return Scenario(
        name=f"{students} students before a deadline", slots=max(2, int(work / 7500)), prior=2.0, arrivals=arrivals
    )


def flood() -> Scenario:
    """One student submits 200 at once; 40 others come within five seconds, with one each."""
    draw = random.Random(2)
    flooder = [Arrival(at=0.0, account="flooder", seconds=draw.uniform(2, 4)) for _ in range(200)]
    return Scenario(name="a flooder and 40 others", slots=4, prior=3.0, arrivals=[*flooder, *forty()])


def forty() -> list[Arrival]:
    draw = random.Random(3)
    return [
        Arrival(at=draw.uniform(0, 5), account=f"student:{number}", seconds=draw.uniform(2, 4)) for number in range(40)
    ]


def long_jobs() -> Scenario:
    """Four students train for ten minutes, again and again; 60 others need half a minute on the same 4 GPUs."""
    draw = random.Random(4)
    heavy = [Arrival(at=10.0 * job, account=f"heavy:{job % 4}", seconds=draw.uniform(500, 700)) for job in range(24)]
    light = [Arrival(at=draw.uniform(0, 3600), account=f"light:{number}", seconds=30.0) for number in range(60)]
    return Scenario(name="long GPU jobs and short ones", slots=4, prior=60.0, arrivals=[*heavy, *light])


def first_come(scenario: Scenario) -> list[Served]:
    """The same arrivals, served in the order in which they came."""
    free = [0.0] * scenario.slots
    served = []
    for arrival in sorted(scenario.arrivals, key=lambda arrival: arrival.at):
        start = max(arrival.at, heapq.heappop(free))
        heapq.heappush(free, start + arrival.seconds)
        served.append(Served(arrival=arrival, wait=start - arrival.at))
    return served


def in_our_order(scenario: Scenario) -> list[Served]:
    """The arrivals through the real queue."""
    from benchmarks.fair_queue import Queue  # noqa: PLC0415  # models exist only once Django is set up

    queue = Queue(scenario.name, slots=scenario.slots)
    number = itertools.count()
    events: list[tuple[float, int, Arrival, int | None]] = [
        (arrival.at, next(number), arrival, None) for arrival in scenario.arrivals
    ]
    heapq.heapify(events)
    waiting: dict[int, Arrival] = {}
    served = []
    while events:
        now, _, arrival, ended = heapq.heappop(events)
        at = START + timedelta(seconds=now)
        if ended is not None:
            queue.end(ended, at=at)
        else:
            waiting[queue.enqueue(arrival.account, kind=arrival.account.split(":")[0], prior=scenario.prior)] = arrival
        if events and events[0][0] == now:
            continue  # what happens at one moment is seen at once
        for job in queue.claim(at=at):
            claimed = waiting.pop(job)
            served.append(Served(arrival=claimed, wait=now - claimed.at))
            heapq.heappush(events, (now + claimed.seconds, next(number), claimed, job))
    return served


def jain(served: Iterable[Served]) -> float:
    ran, stayed = defaultdict[str, float](float), defaultdict[str, float](float)
    for one in served:
        ran[one.arrival.account] += one.arrival.seconds
        stayed[one.arrival.account] += one.arrival.seconds + one.wait
    shares = [ran[account] / stayed[account] for account in ran]
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))


def percentile(values: Iterable[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def row(label: str, served: Sequence[Served]) -> str:
    waits = [one.wait for one in served]
    parts = "".join(f"{percentile(waits, part):>10.1f}" for part in (0.5, 0.9, 0.95, 0.99))
    return f"  {label:<34}{parts}{max(waits):>10.1f}{jain(served):>8.3f}"


def main() -> int:
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    median: dict[str, float] = {}
    with own_database():
        from benchmarks.multiplying import hurry  # noqa: PLC0415  # Django must be set up

        hurry()
        for scenario in (deadline(students), flood(), long_jobs()):
            ours, plain = in_our_order(scenario), first_come(scenario)
            median[scenario.name] = percentile((one.wait for one in ours if one.arrival.account != "flooder"), 0.5)
            print(f"{scenario.name}: {len(scenario.arrivals)} jobs, {scenario.slots} slots; waits in seconds")
            print(f"  {'':<34}{'p50':>10}{'p90':>10}{'p95':>10}{'p99':>10}{'worst':>10}{'Jain':>8}")
            for label, served in (("first come, first served", plain), ("ours", ours)):
                print(row(label, served), flush=True)
                for group in sorted({one.arrival.account.split(":")[0] for one in served} - {"student"}):
                    others = [one for one in served if not one.arrival.account.startswith(group)]
                    print(row(f"  without {group}", others))
        calm = Scenario(name="the 40 without the flooder", slots=4, prior=3.0, arrivals=forty())
        alone = in_our_order(calm)
        print(f"{calm.name}\n{row('ours', alone)}")
    times = median[flood().name] / percentile((one.wait for one in alone), 0.5)
    print(f"beside the flooder the 40 wait {times:.2f} times as long, by the median; allowed: {ALLOWED:.0f} times")
    return 0 if times <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
