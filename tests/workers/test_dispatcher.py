"""One dispatcher works, another waits; work goes on where the first left it."""

from __future__ import annotations

from graders.report import Report
from tests.workers.conftest import Dispatching, Submit, eventually, state_of, wait_until_ended
from tests.workers.speaking import Speaking
from workers.pools import jobs
from workers.pools.models import DispatcherLease, Job, JobState


def test_a_second_dispatcher_waits_and_takes_over(dispatcher: Dispatching, anna: Speaking, submit: Submit) -> None:
    first = DispatcherLease.objects.get().holder
    second = Dispatching()
    try:
        submit()
        anna.order()
        assert DispatcherLease.objects.get().holder == first
        dispatcher.stop()
        eventually(lambda: DispatcherLease.objects.exclude(holder=first).exists())
        anna.beat()
        anna.answer()
    finally:
        second.stop()


def test_a_handler_that_fails_keeps_no_other_job_back(anna: Speaking, submit: Submit) -> None:
    broken, whole = submit(), submit()

    def handle(job: Job, report: Report) -> None:
        assert job.pk != broken.pk, "a fault in the floor above"

    jobs.register("test", handle)
    token = anna.order().token
    anna.report(token)
    anna.beat()
    assert Job.objects.get(token=token) == broken
    Job.objects.filter(pk=broken.pk).update(lease_until=None)
    jobs.poke()
    anna.report(anna.order().token)
    wait_until_ended(whole)
    assert state_of(broken) == JobState.SENT, "its report will come again"


def test_what_was_said_while_no_dispatcher_listened_is_heard_later(
    dispatcher: Dispatching, anna: Speaking, submit: Submit
) -> None:
    job = submit()
    token = anna.order().token
    dispatcher.stop()
    anna.report(token)
    again = Dispatching()
    try:
        eventually(lambda: state_of(job) == JobState.DONE)
    finally:
        again.stop()
