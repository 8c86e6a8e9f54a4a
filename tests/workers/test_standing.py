"""Who asks for positions again and again is answered from a look at the queue that is half a second old at most."""

from __future__ import annotations

import time

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.workers.conftest import Submit
from workers.pools.models import Job, JobState, Worker
from workers.pools.positions import position
from workers.pools.standing import LOOK_SECONDS, ONE_BY_ONE, standing


def test_a_class_that_polls_costs_one_look_and_is_told_the_same(worker: Worker, submit: Submit) -> None:
    waiting = [submit(account=f"user:{number}") for number in range(20)]
    for job in waiting[:ONE_BY_ONE]:
        standing(job)
    assert standing(waiting[7]).ahead == 7  # the look is taken
    with CaptureQueriesContext(connection) as asked:
        told = [standing(job) for job in waiting]
    assert not asked.captured_queries
    assert [place.ahead for place in told] == [position(job).ahead for job in waiting]


def test_who_comes_after_the_look_is_told_their_own_place(worker: Worker, submit: Submit) -> None:
    first = submit()
    for _ in range(ONE_BY_ONE + 1):
        standing(first)
    assert standing(submit(account="user:2")).ahead == 1


def test_a_look_is_soon_too_old(worker: Worker, submit: Submit) -> None:
    front, behind = submit(), submit(account="user:2")
    for _ in range(ONE_BY_ONE + 1):
        assert standing(behind).ahead == 1
    Job.objects.filter(pk=front.pk).update(state=JobState.CANCELLED, ended=timezone.now())
    time.sleep(LOOK_SECONDS)
    assert standing(behind).ahead == 0
