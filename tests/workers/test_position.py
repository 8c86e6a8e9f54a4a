"""Where a job stands in the queue, said as an interval."""

from __future__ import annotations

import heapq
import random
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from graders.report import Outcome
from tests.workers.conftest import Dispatching, Nodes, Submit, eventually, wait_until_ended
from workers.pools import access, dispatch, recording
from workers.pools.models import Job, JobState, Worker, WorkerPool
from workers.pools.positions import Position, position, positions
from workers.ungraded import ungraded

ROUNDED = 0.1  #: intervals are told in tenths of a second


@pytest.fixture
def worker(transactional_db: None, broker: object) -> Worker:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    return Worker.objects.create(node=node, name="a" * 16, rung="toy", slots=2, first_seen=now, last_seen=now)


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


def test_over_a_burst_four_of_five_start_within_their_interval(worker: Worker, submit: Submit) -> None:
    """200 jobs of 160 accounts come at once, for 4 slots; each is told its interval, and then they run as they run."""
    draw, start = random.Random(7), timezone.now()
    Worker.objects.update(slots=4, last_seen=start + timedelta(days=1))
    for _ in range(12):  # jobs of its kind have been measured before; the prior was half of what they took
        _run(submit(work="attention", account="earlier", seconds=1.5).pk, at=start, seconds=draw.lognormvariate(1, 0.5))
    burst = [submit(work="attention", account=f"user:{draw.randrange(160)}", seconds=1.5).pk for _ in range(200)]
    told = positions(WorkerPool.objects.get())
    free, starts = [start] * 4, {}
    while claims := dispatch.claim(WorkerPool.objects.get(), at=min(free)):
        for claim in claims:
            at = heapq.heappop(free)
            starts[claim.job] = (at - start).total_seconds()
            heapq.heappush(free, at + timedelta(seconds=draw.lognormvariate(1, 0.5)))
            Job.objects.filter(pk=claim.job).update(lease_until=None, state=JobState.DONE, ended=at)
    assert len(starts) == 200
    within = [pk for pk in burst if _within(told[pk], starts[pk])]
    assert len(within) >= 160
    wide = [told[pk] for pk in within if starts[pk] > 1 and _width(told[pk]) > starts[pk]]
    assert not wide, "no interval is wider than the wait itself"


@pytest.mark.long
@pytest.mark.timeout(300)
def test_over_a_burst_on_real_nodes_four_of_five_start_within_what_they_were_told(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit
) -> None:
    """As above, with a real clock: two nodes with two slots each sleep for as long as each job says.

    What each was told at the moment of coming is printed, too: whoever comes later with a first job goes before a
    second one that waits, which no interval foresees; pages tell the place anew every two seconds.
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
    assert len(within) >= 0.8 * len(promised)


def _sleep(draw: random.Random) -> str:
    return f"sleep {draw.lognormvariate(-0.5, 0.5):.3f}"


def _run(pk: int, *, at: datetime, seconds: float) -> None:
    (claim,) = dispatch.claim(WorkerPool.objects.get(), at=at)
    report = ungraded(Outcome.GRADED, "")
    ended = at + timedelta(seconds=seconds)
    assert claim.job == pk
    assert recording.end(pk, state=JobState.DONE, report=report, from_states=[JobState.SENT], at=ended)


def _within(place: Position, start: float) -> bool:
    assert place.earliest_seconds is not None
    assert place.latest_seconds is not None
    return place.earliest_seconds <= start <= place.latest_seconds


def _width(place: Position) -> float:
    assert place.earliest_seconds is not None
    assert place.latest_seconds is not None
    return place.latest_seconds - place.earliest_seconds
