"""Work that comes later and starts before a job that waits: how much of it has come lately, and what that adds.

The order lets others go first: who has had nothing yet, and Runs. How long they will go on coming nobody knows. Of
something that has lasted for a time it is as likely as not that it lasts as long again (Gott, Nature 363, 1993); so a
rush that is ten seconds old is thought to end within ten seconds with one chance in two, and within 30 with three in
four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Min, Q, QuerySet

from workers.pools import timings
from workers.pools.models import Job, WorkerPool

#: A rush is not thought to be older than this.
LONGEST = timedelta(minutes=30)
SHORTEST_SECONDS = 1.0

#: How long it goes on, as a part of its age: less with three chances in four.
ENDS_LATE = 3.0

#: Its rate is that of its latest part: who comes again comes behind others more and more.
LATELY = 0.5

#: The newest arrivals are looked at, and no more than these, where all positions are told at once.
LOOKED_AT = 20_000


@dataclass(frozen=True, kw_only=True)
class Inflow:
    """What comes and goes before one job."""

    rate: float = 0.0  #: device-seconds of work a second
    age: float = 0.0  #: seconds for which it has been coming

    def wait(self, load: float, *, slots: int, lasting: float) -> float:
        """Seconds until ``load`` device-seconds are done, if it goes on for ``lasting`` times its age."""
        seconds = lasting * self.age
        if self.rate < slots and (steady := load / (slots - self.rate)) <= seconds:
            return steady
        return (load + self.rate * seconds) / slots


class Lately:
    """Jobs that came to a pool since the oldest that is open came."""

    def __init__(self, pool: WorkerPool, *, at: datetime) -> None:
        open_jobs = Job.objects.filter(Q(ended=None), pool=pool, pinned=None)
        oldest = open_jobs.aggregate(oldest=Min("created"))["oldest"] or at
        self._since = max(oldest, at - LONGEST)
        self._age = max(SHORTEST_SECONDS, (at - self._since).total_seconds())
        looked_at = max(oldest, at - timedelta(seconds=LATELY * self._age))
        came = Job.objects.filter(pool=pool, pinned=None, created__gte=looked_at)
        self._parts = (came.filter(ended=None), came.filter(ended__gte=looked_at))  # an index for each

    def before(self, job: Job) -> list[tuple[str, int, float]]:
        """(work, count, estimated seconds of one) of what others brought that starts before ``job``."""
        earlier = Q(lane__lt=job.lane) | Q(lane=job.lane, tag__lt=job.tag)
        found: list[tuple[str, int, float]] = []
        for part in self._parts:
            rows = _open(part, job.pool).filter(earlier).exclude(account=job.account).order_by()
            found += rows.values_list("work").annotate(Count("id"), Avg("estimated_seconds"))
        return found

    def inflow(self, seconds: float) -> Inflow:
        """The inflow that ``seconds`` of work make, of what came lately."""
        return Inflow(rate=seconds / (LATELY * self._age), age=self._age)

    def rows(self, pool: WorkerPool) -> list[tuple[int, float, str, str, float]]:
        """(lane, tag, account, work, estimated seconds) of what came, in the order of starting."""
        wanted = ("lane", "tag", "account", "work", "estimated_seconds")
        newest = [_open(part, pool).order_by("-created").values_list(*wanted)[:LOOKED_AT] for part in self._parts]
        return sorted(row for part in newest for row in part)


def _open(jobs: QuerySet[Job], pool: WorkerPool) -> QuerySet[Job]:
    return jobs.exclude(lane__in=pool.closed_lanes) if pool.closed_lanes else jobs


class Passing:
    """Goes through the queue in its order, and knows at each job what of the latest arrivals is before it."""

    def __init__(self, lately: Lately, pool: WorkerPool) -> None:
        self._lately, self._rows = lately, lately.rows(pool)
        self.works = {work for _lane, _tag, _account, work, _prior in self._rows}
        self._next, self._all = 0, 0.0
        self._of_account: dict[str, float] = defaultdict(float)

    def inflow(self, job: Job, known: timings.Known) -> Inflow:
        """What comes and goes before ``job``; asked for each job in the order of starting."""
        while self._next < len(self._rows) and self._rows[self._next][:2] < (job.lane, job.tag):
            _lane, _tag, account, work, prior = self._rows[self._next]
            seconds = known.expected(work, prior=prior).mean
            self._all += seconds
            self._of_account[account] += seconds
            self._next += 1
        return self._lately.inflow(self._all - self._of_account[job.account])


def seconds_of(rows: Iterable[tuple[str, int, float]], known: timings.Known) -> float:
    return sum(count * known.expected(work, prior=prior).mean for work, count, prior in rows)
