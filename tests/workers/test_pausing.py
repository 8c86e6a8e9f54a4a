"""A paused pool gives nothing out; what runs is finished."""

from __future__ import annotations

import time

from tests.workers.conftest import Submit, state_of, wait_until_ended
from tests.workers.speaking import Speaking
from workers.pools import jobs
from workers.pools.models import Job, JobState, PoolState, WorkerPool
from workers.pools.positions import position


def test_a_paused_pool_keeps_its_queue_and_finishes_what_runs(anna: Speaking, submit: Submit) -> None:
    running, waiting = submit(), submit()
    token = anna.order().token
    WorkerPool.objects.update(state=PoolState.PAUSED)
    anna.report(token)
    wait_until_ended(running)
    time.sleep(0.6)
    assert state_of(waiting) == JobState.QUEUED
    assert position(Job.objects.get(pk=waiting.pk)).reason == "The pool is paused."
    WorkerPool.objects.update(state=PoolState.ON)
    jobs.poke()
    anna.order()
    assert state_of(waiting) == JobState.SENT


def test_a_job_for_a_pool_without_machines_says_why_it_waits(submit: Submit, broker: object) -> None:
    job = submit(pool="gpu")
    place = position(job)
    assert (place.ahead, place.earliest_seconds) == (0, None)
    assert place.reason == "No worker of pool gpu has been online yet."
