"""Where a job stands in the queue, said as an interval."""

from __future__ import annotations

import heapq
import math
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from graders.report import Outcome
from tests.workers.conftest import Dispatching, Nodes, Submit, eventually, wait_until_ended
from workers.pools import dispatch, recording, timings
from workers.pools.inflow import Inflow, population
from workers.pools.models import Job, JobState, Worker, WorkerPool
from workers.pools.positions import Position, position, positions
from workers.ungraded import ungraded

ROUNDED = 0.1  #: intervals are told in tenths of a second


def test_with_a_free_slot_it_starts_at_once(worker: Worker, submit: Submit) -> None:
    place = position(submit())
    assert (place.ahead, place.earliest_seconds, place.reason) == (0, 0.0, "")
    assert place.latest_seconds is not None
    assert place.latest_seconds <= 1


def test_who_is_ahead_and_what_runs_make_the_interval(worker: Worker, submit: Submit) -> None:
    now = timezone.now()
    for _ in range(2):
        running = submit(seconds=30)
        Job.objects.filter(pk=running.pk).update(
            state=JobState.RUNNING, worker=worker, sent=now - timedelta(seconds=10), lease_until=now
        )
    submit(account="user:2", seconds=10)
    place = position(submit(account="user:3", seconds=10))
    assert place.ahead == 1
    assert place.earliest_seconds is not None
    assert place.latest_seconds is not None
    assert 5 < place.earliest_seconds < 25 < place.latest_seconds < 100


def test_the_order_of_the_position_is_the_order_of_starting(worker: Worker, submit: Submit) -> None:
    flood = [submit(account="user:1") for _ in range(5)]
    late = submit(account="user:2")
    assert position(late).ahead == 1
    assert position(flood[-1]).ahead == 5


def test_over_a_burst_four_of_five_start_within_what_they_were_told_when_they_came(
    worker: Worker, submit: Submit
) -> None:
    """200 people hand in within six seconds, for 4 slots; each is told an interval at once.

    Time is simulated: nothing of this depends on how fast the machine is.
    """
    draw, start = random.Random(7), timezone.now()
    Worker.objects.update(slots=4, last_seen=start + timedelta(days=1))
    for _ in range(40):  # jobs of its kind have been measured before; the prior was half of what they took
        _run(submit(work="attention", account="earlier", seconds=1.5).pk, at=start, seconds=draw.lognormvariate(1, 0.5))
    start += timedelta(minutes=1)
    coming = sorted(draw.uniform(0, 6) for _ in range(200))
    running: list[tuple[datetime, int]] = []
    came, told, starts = {}, {}, {}
    while coming or running:
        if coming and (not running or start + timedelta(seconds=coming[0]) < running[0][0]):
            at = start + timedelta(seconds=coming.pop(0))
            job = submit(work="attention", account=f"user:{200 - len(coming)}", seconds=1.5)
            Job.objects.filter(pk=job.pk).update(created=at)
            came[job.pk], told[job.pk] = at, position(job, at=at)
        else:
            at, ended = heapq.heappop(running)
            _end(ended, at=at)
        for claim in dispatch.claim(WorkerPool.objects.get(), at=at):
            starts[claim.job] = at
            heapq.heappush(running, (at + timedelta(seconds=draw.lognormvariate(1, 0.5)), claim.job))
    waits = {pk: (starts[pk] - came[pk]).total_seconds() for pk in came}
    within = [pk for pk in came if _within(told[pk], waits[pk])]
    assert len(within) >= 160
    wide = [told[pk] for pk in within if waits[pk] > 1 and _width(told[pk]) > waits[pk]]
    assert not wide, "no interval is wider than the wait itself"


def test_all_positions_at_once_are_those_of_each(worker: Worker, submit: Submit) -> None:
    at = timezone.now() + timedelta(seconds=5)
    Worker.objects.update(last_seen=at)
    jobs = [submit(account=f"user:{number % 5}", lane=("submit", "run")[number % 7 == 0]) for number in range(20)]
    dispatch.claim(WorkerPool.objects.get(), at=timezone.now())
    told = positions(WorkerPool.objects.get(), at=at)
    waiting = [job for job in jobs if job.pk in told]
    assert len(waiting) == 18
    assert [told[job.pk] for job in waiting] == [position(job, at=at) for job in waiting]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans of PostgreSQL depend on how full the tables are")
def test_no_read_for_a_position_walks_all_jobs_of_a_pool(worker: Worker, submit: Submit) -> None:
    """It makes no difference until a million have ended, so the plans are asked, with values bound as they are."""
    for number in range(8):
        job = submit(account=f"user:{number % 3}")
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        position(job)
        positions(job.pool)
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.startswith("SELECT") and "pools_job" in sql:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                plan = " ".join(str(row[-1]) for row in cursor.fetchall())
                assert "SCAN pools_job" not in plan, sql
                assert "INDEX job_account (pool_id=?)" not in plan, sql


def test_what_runs_late_and_what_ended_late_makes_the_pace() -> None:
    assert timings.pace([], []) == 1.0
    assert timings.pace([], [0.2, 0.9, 0.5, 0.1]) == 1.0, "who has not run for as long as expected says nothing"
    assert 1.2 < timings.pace([], [1.6, 1.7, 1.5, 1.8]) < 1.8, "who runs late says so before they end"
    assert 1.8 < timings.pace([2.0] * 12, []) < 2.4
    assert timings.pace([1.0] * 10 + [40.0] * 2, []) < 1.2, "a node that starts a runtime makes nobody wait longer"


def test_slots_that_stand_empty_while_others_wait_make_longer_turns() -> None:
    def starts(distance: float, *, waited: bool = True) -> list[tuple[timings.Start, float]]:
        begin = timezone.now()
        moments = [begin + timedelta(seconds=distance * number) for number in range(20)]
        came = [begin - timedelta(seconds=1) if waited else moment for moment in moments]
        facts = [{"came": one, "sent": moment} for one, moment in zip(came, moments, strict=True)]
        return [(timings.Start(work="", prior=1.0, seconds=0.2, **each), 0.2) for each in facts]

    assert timings.turn([], slots=2) == 1.0
    assert timings.turn(starts(0.1), slots=2) == pytest.approx(1.0)
    assert 1.8 < timings.turn(starts(0.2), slots=2) < 2.0
    assert timings.turn(starts(0.2, waited=False), slots=2) == 1.0, "nobody waited: an empty slot says nothing"
    assert timings.in_a_rush(1.0, turn=2.0) == 2.0
    assert timings.in_a_rush(60.0, turn=2.0) < 62, "the platform is not busy for ever"
    assert timings.in_a_rush(60.0, turn=1000.0) < 64, "nor was it while the pool was paused"


def test_how_many_there_are_is_told_by_how_often_the_same_come_again() -> None:
    assert population(30, 30) == math.inf, "nobody came twice"
    draw = random.Random(4)
    for there_are in (3, 40, 160):
        came = [draw.randrange(there_are) for _ in range(100)]
        assert there_are / 1.5 <= population(100, len(set(came))) <= there_are * 1.5


def test_others_bring_no_more_before_one_than_their_share() -> None:
    steady: dict[str, Any] = {"rate": 4.0, "age": 10.0}
    assert Inflow(**steady, room=0.0).wait(20, slots=4) == 5
    some, all_of_it = (Inflow(**steady, room=room).wait(20, slots=4) for room in (8.0, math.inf))
    assert 5 < some < 7 < all_of_it
    assert Inflow(first=4.0, room=0.0, age=10.0).wait(20, slots=4) == all_of_it, "Runs go first without end"


@pytest.mark.long
@pytest.mark.timeout(300)
def test_on_real_nodes_nobody_starts_later_than_they_were_told_once_all_had_come(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit
) -> None:
    """As above, with a real clock: two nodes with two slots each sleep for as long as each job says.

    Here some hand in twice. Who comes later with a first job goes before a second one that waits, and how many will
    still come is a guess. In the moment after the last one it is a guess too high: then some start sooner than they are
    told, and nobody later. Pages tell it anew every two seconds.
    """
    draw = random.Random(7)
    for name in ("anna", "boris"):
        nodes.start(name, slots=2)
    eventually(lambda: Worker.objects.count() == 2, seconds=60)
    wish = {"work": "attention", "seconds": 1.0}
    wait_until_ended(*(submit(_sleep(draw), account="earlier", **wish) for _ in range(12)), seconds=60)
    burst, on_coming = [], {}
    for _ in range(200):
        job = submit(_sleep(draw), account=f"user:{draw.randrange(160)}", **wish)
        burst.append(job)
        on_coming[job.pk] = (position(job), timezone.now())
    told = {pk: (place, timezone.now()) for pk, place in positions(WorkerPool.objects.get()).items()}
    wait_until_ended(*burst, seconds=200)
    starts = {job.pk: job.started for job in Job.objects.filter(pk__in=[job.pk for job in burst])}
    for name, promised in (("as it came", on_coming), ("once all had come", told)):
        waits = {pk: (starts[pk] - at).total_seconds() for pk, (_place, at) in promised.items()}  # type: ignore[operator]  # all have ended
        within = [pk for pk in promised if _within(promised[pk][0], waits[pk])]
        late = [pk for pk in promised if waits[pk] > (promised[pk][0].latest_seconds or 0)]
        wide = [pk for pk in within if waits[pk] > 1 and _width(promised[pk][0]) > waits[pk] + ROUNDED]
        print(f"told {name}: {len(within)} of {len(promised)} within, {len(late)} later; {len(wide)} too wide")
        assert not wide, name
    assert len(late) <= 0.05 * len(told)
    assert len(within) >= 0.7 * len(told)


def _sleep(draw: random.Random) -> str:
    return f"sleep {draw.lognormvariate(-0.5, 0.5):.3f}"


def _run(pk: int, *, at: datetime, seconds: float) -> None:
    (claim,) = dispatch.claim(WorkerPool.objects.get(), at=at)
    assert claim.job == pk
    _end(pk, at=at + timedelta(seconds=seconds))


def _end(pk: int, *, at: datetime) -> None:
    report = ungraded(Outcome.GRADED, "")
    assert recording.end(pk, state=JobState.DONE, report=report, from_states=[JobState.SENT], at=at)


def _within(place: Position, start: float) -> bool:
    assert place.earliest_seconds is not None
    assert place.latest_seconds is not None
    return place.earliest_seconds <= start <= place.latest_seconds


def _width(place: Position) -> float:
    assert place.earliest_seconds is not None
    assert place.latest_seconds is not None
    return place.latest_seconds - place.earliest_seconds
