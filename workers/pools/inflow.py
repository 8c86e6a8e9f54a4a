"""Work that comes later and starts before a job that waits: how much of it has come lately, and what that adds.

The order lets others go first: Runs, and who has had less of the pool than whoever waits with a second or third job.
How long they will go on coming nobody knows; ``benchmarks.start_intervals`` tries what is supposed of it. Nobody brings
more of it than what puts them level with whoever waits; and how many there are is told by how often the same come
again.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Avg, Count, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from workers.pools import timings
from workers.pools.models import Job, WorkerPool

#: A rush is not thought to be older than this.
LONGEST = timedelta(minutes=30)
SHORTEST_SECONDS = 1.0

#: How long it is thought to go on: some seconds, and a part of its age.
LASTS_SECONDS, LASTS = 5.0, 0.25

#: Its rate is that of its latest part: who comes again comes behind others more and more.
LATELY = 0.5

#: The newest arrivals are looked at, and no more than these, where all positions are told at once.
LOOKED_AT = 20_000

#: So often the wait is put into itself: what comes while one waits makes one wait.
ROUNDS = 6


@dataclass(frozen=True, kw_only=True)
class Inflow:
    """What comes and goes before one job, in device-seconds."""

    rate: float = 0.0  #: a second, of others' work in its own lane
    room: float = math.inf  #: what others can bring there in all
    first: float = 0.0  #: a second, of work in lanes that go first
    age: float = 0.0  #: seconds for which it has been coming
    may_come: bool = False  #: whether later work can go before the job, whether or not any has come

    def wait(self, load: float, *, slots: int, pace: float = 1.0, turn: float = 1.0) -> float:
        """Seconds until ``load`` device-seconds are done, and what comes before it meanwhile, which takes ``pace``.

        Args:
            turn: how many times as long as work itself a slot takes for each, see ``timings.turn``.
        """
        wait = timings.in_a_rush(load / slots, turn=turn)
        if self.rate or self.first:
            for _ in range(ROUNDS):
                brought = pace * self._in(min(LASTS_SECONDS + LASTS * self.age, wait))
                wait = timings.in_a_rush((load + brought) / slots, turn=turn)
        return wait

    def _in(self, seconds: float) -> float:
        """What comes in so many seconds: the less, the less room there is."""
        brought = self.rate * seconds
        if brought and self.room < math.inf:
            brought = -self.room * math.expm1(-brought / self.room) if self.room > 0 else 0.0
        return brought + self.first * seconds


class Lately:
    """Jobs that came to a pool since the oldest that is open came."""

    def __init__(self, pool: WorkerPool, *, at: datetime) -> None:
        self._pool = pool
        open_jobs = Job.objects.filter(Q(ended=None), pool=pool, pinned=None)
        oldest = open_jobs.aggregate(oldest=Min("created"))["oldest"] or at
        self.since = max(oldest, at - LONGEST)
        self._age = max(SHORTEST_SECONDS, (at - self.since).total_seconds())
        self._looked_at = max(oldest, at - timedelta(seconds=LATELY * self._age))

    def _came(self, since: datetime) -> tuple[QuerySet[Job], QuerySet[Job]]:
        """What came since then, in two parts: there is an index for each."""
        came = Job.objects.filter(pool=self._pool, pinned=None, created__gte=since)
        if self._pool.closed_lanes:
            came = came.exclude(lane__in=self._pool.closed_lanes)
        return came.filter(ended=None).order_by(), came.filter(ended__gte=since).order_by()

    def before(self, job: Job) -> list[tuple[int, str, int, float]]:
        """(lane, work, count, estimated seconds of one) of what others brought that starts before ``job``."""
        earlier = Q(lane__lt=job.lane) | Q(lane=job.lane, tag__lt=job.tag)
        return [
            row
            for part in self._came(self._looked_at)
            for row in part.filter(earlier)
            .exclude(account=job.account)
            .values_list("lane", "work")
            .annotate(Count("id"), Avg("estimated_seconds"))
        ]

    def by_account(self) -> Counter[str]:
        """How many jobs each account brought.

        Not grouped by the column itself: for that SQLite would walk the pool's whole index of accounts in their order.
        """
        found: Counter[str] = Counter()
        for part in self._came(self.since):
            by = part.annotate(by=Coalesce("account", Value(""))).values_list("by")
            found.update(dict(by.annotate(Count("id"))))
        return found

    def rows(self) -> list[tuple[int, float, str, str, float]]:
        """(lane, tag, account, work, estimated seconds) of what came, in the order of starting."""
        wanted = ("lane", "tag", "account", "work", "estimated_seconds")
        newest = [part.order_by("-created").values_list(*wanted)[:LOOKED_AT] for part in self._came(self._looked_at)]
        return sorted(row for part in newest for row in part)

    def inflow(self, job: Job, *, same: float, first: float, came: Counter[str], ahead: float) -> Inflow:
        """What goes on coming before ``job``.

        Args:
            same: device-seconds of what came lately in its lane and goes before it; ``first``: in lanes that go first.
            came: how many jobs each account has brought.
            ahead: device-seconds of what others have waiting before it in its lane.
        """
        seconds = LATELY * self._age
        others = len(came) - (job.account in came)
        share = max(0.0, job.tag - float(self._pool.clocks.get(str(job.lane), 0.0)))
        room = share * population(came.total() - came[job.account], others) - ahead if share and others else 0.0
        rates = {"rate": same / seconds, "first": first / seconds}
        return Inflow(**rates, room=max(0.0, room), age=self._age, may_come=share > 0)


@lru_cache(1024)
def population(jobs: int, accounts: int) -> float:
    """How many there are if so many jobs came of so many different accounts, and all are as likely to come next.

    Of ``n`` such accounts one expects ``n (1 - exp(-jobs / n))`` different ones. Infinite where nobody came twice.
    """
    if accounts >= jobs:
        return math.inf
    low, high = float(accounts), float(jobs) ** 2
    while high > 1.01 * low:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if -middle * math.expm1(-jobs / middle) < accounts else (low, middle)
    return low


class Passing:
    """Goes through the queue in its order, and knows at each job what of the latest arrivals is before it."""

    def __init__(self, lately: Lately) -> None:
        self._lately, self._rows, self._came = lately, lately.rows(), lately.by_account()
        self.works = {work for _lane, _tag, _account, work, _prior in self._rows}
        self._next = 0
        self._same, self._first, self._ahead = Sums(), Sums(), Sums()
        self._lane = -1

    def inflow(self, job: Job, known: timings.Known) -> Inflow:
        """What comes and goes before ``job``; asked for each job in the order of starting."""
        if job.lane != self._lane:
            self._first.take(self._same)
            self._lane, self._same, self._ahead = job.lane, Sums(), Sums()
        while self._next < len(self._rows) and self._rows[self._next][:2] < (job.lane, job.tag):
            lane, _tag, account, work, prior = self._rows[self._next]
            (self._same if lane == job.lane else self._first).add(account, known.seconds(work, prior=prior))
            self._next += 1
        same, first = self._same.but(job.account), self._first.but(job.account)
        found = self._lately.inflow(job, same=same, first=first, came=self._came, ahead=self._ahead.but(job.account))
        self._ahead.add(job.account, job.estimated_seconds)
        return found


class Sums:
    """Seconds of all, and of each account."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()
        self._all = 0.0

    def add(self, account: str, seconds: float) -> None:
        self._all += seconds
        self._of[account] += seconds  # type: ignore[assignment]  # a Counter adds floats as well

    def take(self, other: Sums) -> None:
        self._all += other._all
        self._of.update(other._of)

    def but(self, account: str) -> float:
        """Of all but one."""
        return self._all - self._of[account]
