"""One report counts, for the current try; late, double and forged ones change nothing."""

from __future__ import annotations

from graders.report import Outcome, Report
from tests.workers.conftest import Submit, eventually, state_of, wait_until_ended
from tests.workers.speaking import Speaking
from workers.messages import ReportMessage
from workers.pools.models import Job, JobState

Ended = list[tuple[Job, Report]]


def test_a_second_report_of_a_try_changes_nothing(anna: Speaking, submit: Submit, ended: Ended) -> None:
    job = submit()
    token = anna.order().token
    anna.report(token, score=7)
    anna.acknowledged(token)
    anna.report(token, score=10)
    anna.acknowledged(token)
    assert [report.score for _, report in ended] == [7]
    assert Job.objects.values_list("report__score", flat=True).get(pk=job.pk) == 7


def test_a_late_report_changes_nothing(anna: Speaking, boris: Speaking, submit: Submit, ended: Ended) -> None:
    anna.beat(leaving=True)  # so that boris gets the next try
    boris.beat(leaving=True)
    boris.answer()
    anna.beat()
    job = submit()
    late = anna.order().token
    boris.beat()
    anna.beat(leaving=True)
    boris.order()
    anna.report(late, score=3)
    anna.acknowledged(late)
    assert state_of(job) == JobState.SENT
    assert not ended


def test_a_try_that_lapsed_may_still_be_reported_while_nobody_else_has_it(
    anna: Speaking, submit: Submit, ended: Ended
) -> None:
    job = submit()
    token = anna.order().token
    anna.beat(leaving=True)
    eventually(lambda: state_of(job) == JobState.QUEUED)
    anna.report(token)
    wait_until_ended(job)
    assert state_of(job) == JobState.DONE
    assert len(ended) == 1


def test_a_forged_token_changes_nothing(anna: Speaking, submit: Submit, ended: Ended) -> None:
    job = submit()
    anna.order()
    anna.report("0" * 32)
    anna.acknowledged("0" * 32)
    assert state_of(job) == JobState.SENT
    assert not ended


def test_a_report_on_another_nodes_stream_changes_nothing(
    anna: Speaking, boris: Speaking, submit: Submit, ended: Ended
) -> None:
    boris.beat(leaving=True)
    boris.answer()
    job = submit()
    token = anna.order().token
    boris.report(token)
    boris.acknowledged(token)
    assert state_of(job) == JobState.SENT
    assert not ended
    anna.report(token)
    wait_until_ended(job)
    assert len(ended) == 1


def test_a_platform_error_is_tried_again_and_then_given_up(anna: Speaking, submit: Submit, ended: Ended) -> None:
    job = submit()
    for _ in range(3):
        token = anna.order().token
        anna.report(token, Outcome.PLATFORM_ERROR, 0)
        anna.acknowledged(token)
        assert state_of(job) == JobState.QUEUED
        Job.objects.filter(pk=job.pk).update(not_before=None)  # the pause is for machines that need a moment
        anna.beat()
    anna.report(anna.order().token, Outcome.PLATFORM_ERROR, 0)
    wait_until_ended(job)
    assert state_of(job) == JobState.GAVE_UP
    assert [report.outcome for _, report in ended] == [Outcome.PLATFORM_ERROR]


def test_a_report_that_is_none_is_a_platform_error(anna: Speaking, submit: Submit) -> None:
    job = submit()
    token = anna.order().token
    anna.say(ReportMessage(worker=anna.name, token=token, report={"outcome": "graded", "score": 99}).to_json())
    anna.acknowledged(token)
    job.refresh_from_db()
    assert (job.state, job.errors) == (JobState.QUEUED, 1)


def test_a_student_that_the_node_ended_by_itself_is_tried_again(anna: Speaking, submit: Submit) -> None:
    job = submit()
    first = anna.order().token
    anna.report(first, Outcome.CANCELLED, 0)
    assert anna.order().token != first
    job.refresh_from_db()
    assert (job.state, job.errors, job.lost) == (JobState.SENT, 0, 1)
