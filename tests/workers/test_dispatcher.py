"""One dispatcher works, another waits; work goes on where the first left it."""

from __future__ import annotations

from tests.workers.conftest import Dispatching, Submit, eventually, state_of
from tests.workers.speaking import Speaking
from workers.pools.models import DispatcherLease, JobState


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
