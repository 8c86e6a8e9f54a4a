"""The real queue behind a simulated clock, for ``benchmarks.fair_order``. Import it once Django is set up."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from graders.report import Outcome, Seconds
from workers.pools import access, dispatch, jobs, positions, recording, timings
from workers.pools.models import Job, JobState, Lane, Worker, WorkerPool
from workers.ungraded import ungraded

REPORT = ungraded(Outcome.GRADED, "")

jobs.register("bench", lambda _job, _report: None)


class Queue:
    """A pool of its own with one worker."""

    def __init__(self, name: str, *, slots: int) -> None:
        self._pool = "p" + hashlib.sha256(name.encode()).hexdigest()[:12]
        node, _password = access.make(self._pool, pool=self._pool)
        far = timezone.now() + timedelta(days=365)
        facts = {"slots": slots, "rung": "bench", "first_seen": far, "last_seen": far}
        Worker.objects.create(node=node, name=self._pool[:16], **facts)

    def enqueue(self, account: str, *, kind: str, prior: float | None, at: datetime | None = None) -> int:
        with transaction.atomic():
            job = jobs.enqueue(
                kind="bench",
                owner="bench",
                account=account,
                pool=self._pool,
                lane="submit",
                bundle="",
                files={},
                tests="hidden",
                work=kind,
                prior_seconds=prior,
            )
            if at is not None:
                Job.objects.filter(pk=job.pk).update(created=at)
        return job.pk

    def trial(self, held: float, *, ran: float, at: datetime) -> None:
        """Its worker passes the trial, which holds its slot for so many seconds."""
        pool, worker = WorkerPool.objects.get(name=self._pool), Worker.objects.get(node__pool__name=self._pool)
        of_it = {"kind": "bench", "owner": "bench", "account": "platform", "lane": Lane.RUN, "work": timings.TRIAL}
        job = Job.objects.create(pool=pool, pinned=worker, files={}, tests="hidden", max_seconds=60, **of_it)
        assert self.claim(at=at) == [job.pk]
        self.end(job.pk, at=at + timedelta(seconds=held), ran=ran)

    def interval(self, job: int, *, at: datetime) -> tuple[float, float]:
        """What a job is told when it comes: the seconds within which it starts."""
        place = positions.position(Job.objects.select_related("pool").get(pk=job), at=at)
        assert place.earliest_seconds is not None and place.latest_seconds is not None, place
        return place.earliest_seconds, place.latest_seconds

    def claim(self, *, at: datetime) -> list[int]:
        pool = WorkerPool.objects.get(name=self._pool)
        return [claim.job for claim in dispatch.claim(pool, at=at)]

    def end(self, job: int, *, at: datetime, ran: float = 0.0) -> None:
        """Its report comes, in which the node says how long the submission ran; 0: it does not say."""
        report = replace(REPORT, seconds=Seconds(ran=ran))
        assert recording.end(job, state=JobState.DONE, report=report, from_states=[JobState.SENT], at=at)
