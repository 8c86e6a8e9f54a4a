"""The fair order: lanes first, then whoever has been charged least; written once, when a job comes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from graders.report import Outcome, Seconds
from tests.workers.conftest import Submit
from workers.pools import access, dispatch, jobs, ordering, recording, timings
from workers.pools.models import Job, JobState, Lane, Node, Share, Worker, WorkerPool
from workers.ungraded import ungraded

NOW = timezone.now()


@pytest.fixture
def worker(transactional_db: None, broker: object) -> Worker:
    node, _password = access.make("anna", pool="cpu")
    later = NOW + timedelta(days=1)  # it does not fall silent while the test runs
    return Worker.objects.create(node=node, name="a" * 16, rung="toy", slots=1, first_seen=NOW, last_seen=later)


def start(*, at: datetime = NOW) -> list[int]:
    """Give out what free slots take; the jobs' ids."""
    return [claim.job for claim in dispatch.claim(WorkerPool.objects.get(name="cpu"), at=at)]


def end(job: int, *, at: datetime = NOW) -> None:
    report = ungraded(Outcome.GRADED, "")
    assert recording.end(job, state=JobState.DONE, report=report, from_states=[JobState.SENT], at=at)


def order(*, seconds: float | None = None) -> list[int]:
    """Start and end one job after the other until none waits; each takes what was expected, or ``seconds``."""
    found, at = [], NOW
    while started := start(at=at):
        for job in started:
            at += timedelta(seconds=seconds or Job.objects.get(pk=job).estimated_seconds)
            found.append(job)
            end(job, at=at)
    return found


def test_a_run_goes_before_a_submission(worker: Worker, submit: Submit) -> None:
    late, first = submit(), submit(lane="run", account="user:2")
    assert order() == [first.pk, late.pk]


def test_work_in_the_background_leaves_a_slot_to_learners(worker: Worker, submit: Submit) -> None:
    Worker.objects.filter(pk=worker.pk).update(slots=3)
    background = [submit(lane=lane, account=f"user:{lane}").pk for lane in ("competition", "regrade", "check")]
    assert start() == background[:2]
    learner = submit().pk
    assert start() == [learner]
    end(background[0])
    assert start() == [background[2]]


def test_it_leaves_one_of_those_that_the_machine_allows(worker: Worker, submit: Submit) -> None:
    Worker.objects.filter(pk=worker.pk).update(slots=4)
    Node.objects.filter(pk=worker.node_id).update(slots=2)
    background = [submit(lane="check", account=f"user:{number}").pk for number in (1, 2)]
    assert start() == background[:1]
    learner = submit().pk
    assert start() == [learner]


def test_a_pool_of_one_slot_does_what_is_in_the_background_too(worker: Worker, submit: Submit) -> None:
    check = submit(lane="check").pk
    assert start() == [check]


def test_who_floods_waits_behind_their_own_jobs(worker: Worker, submit: Submit) -> None:
    flood = [submit(account="alice").pk for _ in range(5)]
    others = [submit(account=name).pk for name in ("bob", "carol")]
    assert order() == [flood[0], *others, *flood[1:]]


def test_who_comes_into_a_flood_goes_before_its_next(worker: Worker, submit: Submit) -> None:
    flood = [submit(account="alice").pk for _ in range(6)]
    started = []
    for _ in range(3):
        started += start()
        end(started[-1], at=NOW + timedelta(seconds=5))
    bob = [submit(account="bob").pk for _ in range(2)]
    assert started == flood[:3]
    assert order() == [bob[0], flood[3], bob[1], flood[4], flood[5]]


def test_equals_start_in_the_order_in_which_they_came(worker: Worker, submit: Submit) -> None:
    came = [submit(account=name).pk for name in ("bob", "alice", "carol")]
    assert order() == came


def test_long_work_is_charged_for_its_length(worker: Worker, submit: Submit) -> None:
    long = [submit(account="alice", seconds=60).pk for _ in range(2)]
    short = [submit(account="bob", seconds=5).pk for _ in range(4)]
    assert order() == [long[0], *short, long[1]]


def test_what_took_longer_than_expected_is_settled(worker: Worker, submit: Submit) -> None:
    alice = [submit(account="alice", seconds=1).pk for _ in range(2)]
    bob = [submit(account="bob", seconds=1).pk for _ in range(3)]
    end(start()[0], at=NOW + timedelta(seconds=30))
    assert order(seconds=1) == [*bob, alice[1]], "alice's second one is charged for her first"


def test_a_job_that_is_cancelled_in_the_queue_costs_nothing(worker: Worker, submit: Submit) -> None:
    first, taken_back, last = (submit(account="alice", seconds=60) for _ in range(3))
    bob = [submit(account="bob", seconds=60).pk for _ in range(2)]
    assert jobs.cancel(taken_back.pk)
    assert order(seconds=60) == [first.pk, bob[0], last.pk, bob[1]]


def test_an_account_has_no_more_in_flight_than_the_pool_allows(worker: Worker, submit: Submit) -> None:
    Worker.objects.update(slots=4)
    WorkerPool.objects.update(in_flight_each=2)
    flood = [submit(account="alice").pk for _ in range(4)]
    bob = submit(account="bob").pk
    assert start() == [flood[0], bob, flood[1]]
    assert start() == []
    end(flood[0])
    assert start() == [flood[2]]


def test_a_pool_runs_no_more_at_once_than_it_may(worker: Worker, submit: Submit) -> None:
    Worker.objects.update(slots=4)
    WorkerPool.objects.update(slots=2)
    for number in range(4):
        submit(account=f"user:{number}")
    assert len(start()) == 2
    assert start() == []


def test_closed_lanes_wait_and_say_so(worker: Worker, submit: Submit) -> None:
    check, regrade, wanted = submit(lane="check"), submit(lane="regrade"), submit(account="user:2")
    WorkerPool.objects.update(closed_lanes=[Lane.REGRADE, Lane.CHECK])
    assert order() == [wanted.pk]
    WorkerPool.objects.update(closed_lanes=[])
    assert order() == [regrade.pk, check.pk]


def test_too_many_submissions_an_hour_are_refused_and_runs_are_not(worker: Worker, submit: Submit) -> None:
    WorkerPool.objects.update(hourly_each=2)
    for _ in range(2):
        submit(account="alice")
    early = timezone.now() - timedelta(minutes=48)
    Job.objects.filter(pk=min(Job.objects.values_list("pk", flat=True))).update(created=early)
    with pytest.raises(jobs.Refused, match=r"2 submissions an hour .* again in 1[12] minutes\."):
        submit(account="alice")
    submit(account="alice", lane="run")
    submit(account="bob")
    submit(account="alice", lane="regrade")


@pytest.mark.parametrize(
    ("quota", "whose"), [("quota_seconds", "You have"), ("group_quota_seconds", "Your cohort has")]
)
def test_quotas_count_device_seconds(worker: Worker, submit: Submit, quota: str, whose: str) -> None:
    WorkerPool.objects.update(**{quota: 60})
    for _ in range(2):
        job = submit(account="alice", group="cohort:1")
        start()
        end(job.pk, at=NOW + timedelta(seconds=40))
    with pytest.raises(jobs.Refused, match=f"{whose} used up .* in pool cpu"):
        submit(account="alice", group="cohort:1")
    submit(account="bob", group="cohort:2")


def test_what_is_measured_replaces_what_was_thought(worker: Worker, submit: Submit) -> None:
    assert submit(work="attention", seconds=2).estimated_seconds == 2
    for _ in range(12):
        order(seconds=20)
        submit(work="attention", seconds=2)
    assert Job.objects.latest("id").estimated_seconds == pytest.approx(20, abs=2)


def test_what_was_never_measured_takes_as_long_as_the_trial_of_a_worker_lets_expect(
    worker: Worker, submit: Submit
) -> None:
    assert submit(work="attention", seconds=None).estimated_seconds == timings.GUESS_SECONDS
    learn("trial", used=0.4, prepared=0.01, ran=0.16)
    assert submit(work="masks", seconds=None).estimated_seconds == pytest.approx(0.275)
    learn("train-gpt", used=600, ran=600)
    learn("adam", used=0.25, ran=0.25)
    assert submit(work="sgd", seconds=None).estimated_seconds == pytest.approx(0.275), "one long work stands alone"


def test_what_a_node_does_once_for_a_work_is_not_expected_again(worker: Worker, submit: Submit) -> None:
    learn("attention", used=0.85, prepared=0.05, ran=0.12)
    assert submit(work="attention").estimated_seconds == pytest.approx(0.22)
    learn("masks", used=0.85)
    assert submit(work="masks").estimated_seconds == pytest.approx(0.85), "a report that says nothing of it"


def learn(work: str, *, used: float, prepared: float = 0.0, ran: float = 0.0) -> None:
    """A job of ``work`` is done that held its slot for so long, as its report says."""
    pool, _created = WorkerPool.objects.get_or_create(name="cpu")
    seconds = timings.again(used, Seconds(queued=0.1, prepared=prepared, ran=ran))
    timings.learn(Job(pool=pool, work=work, again_seconds=seconds))


def test_shares_behind_their_lanes_clock_are_forgotten(worker: Worker, submit: Submit) -> None:
    for name in ("alice", "bob", "carol", "alice"):
        submit(account=name)
    order()
    bob, carol = Share.objects.filter(account__in=("bob", "carol"))
    assert (bob.finish, carol.finish) == (5.0, 5.0)
    assert ordering.forget_idle(WorkerPool.objects.get(name="cpu")) == 2
    assert Share.objects.get().account == "alice", "she is ahead of the clock, and will be charged for it"
