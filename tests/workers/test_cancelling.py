"""Cancelling works in each state, ends the student soon and frees the slot only when the student is dead."""

from __future__ import annotations

import time

from graders.report import Outcome, Report
from tests.workers.conftest import Dispatching, Nodes, Submit, eventually, state_of, wait_until_ended
from tests.workers.speaking import Speaking
from workers.pools import jobs
from workers.pools.models import Job, JobState

Ended = list[tuple[Job, Report]]


def test_a_queued_job_is_cancelled_and_its_handler_told(submit: Submit, ended: Ended, broker: object) -> None:
    job = submit()
    assert jobs.cancel(job.pk)
    assert state_of(job) == JobState.CANCELLED
    assert [report.outcome for _, report in ended] == [Outcome.CANCELLED]
    assert not jobs.cancel(job.pk), "it has ended"


def test_a_sent_job_holds_its_slot_until_the_worker_says_it_never_started(anna: Speaking, submit: Submit) -> None:
    first, second = submit(), submit()
    token = anna.order().token
    assert jobs.cancel(first.pk)
    while token not in anna.answer().unwanted:
        pass
    assert state_of(second) == JobState.QUEUED, "the slot is not free yet"
    anna.report(token, Outcome.CANCELLED, 0)
    eventually(lambda: state_of(second) == JobState.SENT)
    assert state_of(first) == JobState.CANCELLED


def test_a_running_student_is_ended_and_the_next_one_starts(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: Ended
) -> None:
    nodes.start()
    hanging = submit("hang")
    eventually(lambda: state_of(hanging) == JobState.RUNNING)
    following = submit()
    cancelled = time.monotonic()
    assert jobs.cancel(hanging.pk)
    wait_until_ended(following)
    assert time.monotonic() - cancelled < 2, "the worker was told at once"
    assert [report.outcome for _, report in ended] == [Outcome.CANCELLED, Outcome.GRADED]


def test_a_report_that_came_first_wins(anna: Speaking, submit: Submit, ended: Ended) -> None:
    job = submit()
    anna.report(anna.order().token)
    wait_until_ended(job)
    assert not jobs.cancel(job.pk)
    assert state_of(job) == JobState.DONE
    assert len(ended) == 1


def test_only_a_queued_job_can_be_replaced(anna: Speaking, submit: Submit) -> None:
    job = submit()
    anna.order()
    assert not jobs.cancel(job.pk, queued_only=True)
    assert state_of(job) == JobState.SENT
