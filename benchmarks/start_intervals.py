"""How many start within the interval that they were told when they came, in bursts through the real queue.

    var/venv/bin/python -m benchmarks.start_intervals [ROUNDS]        5 rounds of each burst by default; a minute

Time is simulated; the order, the run times that are learnt and the intervals are not: jobs go through
``workers.pools.jobs.enqueue``, ``positions.position``, ``dispatch.claim`` and ``recording.end`` on a database of the
benchmark's own. For each burst it prints how many started within their interval, before it and behind it, and how many
intervals were wider than the wait of whoever started within. What is told to whoever waits no longer than a second is
not finer than a second.

It fails if one interval is too wide, or if fewer than 80 % of a burst start within.
"""

from __future__ import annotations

import heapq
import itertools
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from benchmarks.own_database import own_database

START = datetime(2026, 11, 22, tzinfo=UTC)
ALLOWED = 0.8
FINEST = 1.0


#: What a demo that had just started added to its first jobs, in seconds (40 people, the attention exercise, two slots).
FIRST_ONES = {0: 0.5, 1: 0.4, 2: 0.1, 3: 0.1}

#: How long that demo's trial held a slot, and how long it ran.
TRIAL_SECONDS, TRIAL_RAN = 0.34, 0.117


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Somebody hands in."""

    at: float
    account: str
    seconds: float
    once: float = 0.0  #: what its node does once for this work, besides
    work: str = "attention"


@dataclass(frozen=True, kw_only=True)
class Burst:
    """Some come before, of whom the queue learns; then two hundred come."""

    name: str
    slots: int
    make: Callable[[random.Random], Sequence[Coming]]
    warm: int = 12  #: jobs of its kind that were graded before
    warm_seconds: float = 0.7


@dataclass
class Tally:
    told: int = 0
    within: int = 0
    early: int = 0
    late: int = 0
    wide: int = 0
    ratios: list[float] = field(default_factory=list)


def run_time(draw: random.Random, mean: float = 0.7, sigma: float = 0.5) -> float:
    return mean * draw.lognormvariate(-sigma * sigma / 2, sigma)


def one_each(seconds: float, *, mean: float = 0.7, sigma: float = 0.5) -> Callable[[random.Random], list[Coming]]:
    def make(draw: random.Random) -> list[Coming]:
        return [
            Coming(at=seconds * number / 200, account=f"user:{number}", seconds=run_time(draw, mean, sigma))
            for number in range(200)
        ]

    return make


def of_some(accounts: int, seconds: float) -> Callable[[random.Random], list[Coming]]:
    def make(draw: random.Random) -> list[Coming]:
        moments = sorted(draw.uniform(0, seconds) for _ in range(200))
        return [
            Coming(at=moment, account=f"user:{draw.randrange(accounts)}", seconds=run_time(draw)) for moment in moments
        ]

    return make


def of_several_exercises(draw: random.Random) -> list[Coming]:
    means = {"attention": 0.5, "cnn": 2.0, "rnn": 1.0, "optimisers": 0.3}
    found = []
    for number in range(200):
        work = draw.choice(sorted(means))
        found.append(Coming(at=number / 20, account=f"user:{number}", seconds=run_time(draw, means[work]), work=work))
    return found


def on_a_fresh_node(seconds: float) -> Callable[[random.Random], list[Coming]]:
    """The first four take longer: the node fetches their bundle and collects the tests, which each slot does once."""

    def make(draw: random.Random) -> list[Coming]:
        return [
            Coming(
                at=seconds * number / 200,
                account=f"user:{number}",
                seconds=run_time(draw, 0.2, 0.3),
                once=FIRST_ONES.get(number, 0.0),
            )
            for number in range(200)
        ]

    return make


BURSTS = (
    Burst(name="200 students, one each, at once", slots=4, make=one_each(0.2)),
    Burst(name="200 students in ten seconds", slots=4, make=one_each(10)),
    Burst(name="the same, never measured before", slots=4, make=one_each(10), warm=0),
    Burst(name="the same, twice as long as before", slots=4, make=one_each(10, mean=1.4)),
    Burst(name="200 students, one slot", slots=1, make=one_each(15, mean=0.3, sigma=0.3), warm=1, warm_seconds=3.0),
    Burst(name="a fresh node, all at once", slots=2, make=on_a_fresh_node(1), warm=0),
    Burst(name="a fresh node, in five seconds", slots=2, make=on_a_fresh_node(5), warm=0),
    Burst(name="one student, 200 in ten seconds", slots=4, make=of_some(1, 10)),
    Burst(name="160 students, 200 in six seconds", slots=4, make=of_some(160, 6)),
    Burst(name="40 students, 200 in ten seconds", slots=4, make=of_some(40, 10)),
    Burst(name="four exercises, three of them new", slots=4, make=of_several_exercises),
)


def play(burst: Burst, seed: int, tally: Tally) -> None:
    from benchmarks.fair_queue import Queue  # noqa: PLC0415  # models exist only once Django is set up

    draw = random.Random(seed)
    queue = Queue(f"{burst.name} {seed}", slots=burst.slots)
    clock = START
    queue.trial(TRIAL_SECONDS, ran=TRIAL_RAN, at=clock)
    for earlier in range(burst.warm):
        job = queue.enqueue(f"before:{earlier}", kind="attention", prior=None, at=clock)
        assert queue.claim(at=clock) == [job]
        clock += timedelta(seconds=run_time(draw, burst.warm_seconds))
        queue.end(job, at=clock)
    clock += timedelta(seconds=30)
    number = itertools.count()
    events: list[tuple[float, int, Coming, int | None]] = [(c.at, next(number), c, None) for c in burst.make(draw)]
    heapq.heapify(events)
    told: dict[int, tuple[float, float, float, Coming]] = {}
    while events:
        now, _, coming, ended = heapq.heappop(events)
        at = clock + timedelta(seconds=now)
        if ended is not None:
            queue.end(ended, at=at, ran=coming.seconds)
        else:
            job = queue.enqueue(coming.account, kind=coming.work, prior=None, at=at)
            told[job] = (now, *queue.interval(job, at=at), coming)
        for job in queue.claim(at=at):
            came, earliest, latest, claimed = told[job]
            note(tally, now - came, earliest, latest)
            heapq.heappush(events, (now + claimed.once + claimed.seconds, next(number), claimed, job))


def note(tally: Tally, wait: float, earliest: float, latest: float) -> None:
    tally.told += 1
    tally.early += wait < earliest
    tally.late += wait > latest
    within = earliest <= wait <= latest
    tally.within += within
    tally.wide += within and wait > FINEST and latest - earliest > wait
    if wait > FINEST:
        tally.ratios.append((latest - earliest) / wait)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    bad = False
    print(f"{'':<36}{'within':>10}{'sooner':>10}{'later':>10}{'too wide':>10}{'width / wait':>14}")
    with own_database():
        from benchmarks.multiplying import hurry  # noqa: PLC0415  # Django must be set up

        hurry()
        for burst in BURSTS:
            tally = Tally()
            for seed in range(rounds):
                play(burst, seed, tally)
            parts = "".join(f"{100 * part / tally.told:>9.1f}%" for part in (tally.within, tally.early, tally.late))
            width = sorted(tally.ratios)[len(tally.ratios) // 2]
            wrong = tally.within < ALLOWED * tally.told or tally.wide > 0
            bad |= wrong
            print(
                f"{burst.name:<36}{parts}{tally.wide:>10}{width:>14.2f}{'  <- not enough' if wrong else ''}", flush=True
            )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
