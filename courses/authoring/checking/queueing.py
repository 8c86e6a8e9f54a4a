"""An engine that is the queue: what ``graders.strength`` grades becomes jobs in the lightest lane of a pool."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.db import connection

from graders.exercise import Exercise
from graders.report import Report
from graders.strength.staging import packed
from workers.pools import bundles, jobs
from workers.pools.models import ENDED, Job

KIND = "check"
_LOOK_SECONDS = 0.25


class CheckStopped(Exception):
    """Somebody stopped the check, or another process has taken it over."""


def work_of(exercise: str) -> str:
    """What the queue calls the work of checking an exercise: answers take about as long as students' do."""
    return f"{KIND} {exercise}"


class QueueEngine:
    """Thread-safe, as an engine is. Each answer is one job, so that a check never holds what a learner waits for.

    Args:
        pool: the pool whose workers grade.
        account: whose share of the pool it uses.
        wanted: asked now and then; once it is false, nothing more is graded.
        graded: called after each answer.
    """

    def __init__(
        self, *, pool: str, account: str, owner: str, wanted: Callable[[], bool], graded: Callable[[], object]
    ) -> None:
        self._pool, self._account, self._owner = pool, account, owner
        self._wanted, self._graded = wanted, graded
        self._home = threading.get_ident()
        self._lock = threading.Lock()
        self._bundles: dict[int, tuple[Exercise, str]] = {}

    def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, str],
        *,
        tests: Literal["hidden", "visible"] = "hidden",
        key: str | None = None,  # noqa: ARG002  # part of the protocol
        seed: int | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> Report:
        """Queue one answer and wait for its report; its tests are told as events once it is there.

        Raises:
            CheckStopped: nobody wants to know any more.
        """
        try:
            report = self._report(self._enqueue(exercise, files, tests=tests, seed=seed))
            if on_event is not None:
                for test in report.tests:
                    on_event({"kind": "test", "name": test.name, "outcome": test.outcome})
            self._graded()
            return report
        finally:
            if threading.get_ident() != self._home:
                connection.close()

    def cancel(self, key: str) -> bool:  # noqa: ARG002
        """Answers are told of when they have been graded: there is nothing to cut short."""
        return False

    def _enqueue(
        self, exercise: Exercise, files: Mapping[str, str], *, tests: Literal["hidden", "visible"], seed: int | None
    ) -> int:
        limits = exercise.limits
        job = jobs.enqueue(
            kind=KIND,
            owner=self._owner,
            account=self._account,
            pool=self._pool,
            lane="check",
            bundle=self._bundle(exercise),
            files=files,
            tests=tests,
            seed=seed,
            work=work_of(exercise.slug),
            prior_seconds=min(2.0, limits.seconds),
            max_seconds=3 * (limits.load_seconds + limits.seconds) + 60,
            device=exercise.needs.device,
            runtime=exercise.runtime,
            memory_mb=exercise.needs.memory_mb,
        )
        return job.pk

    def _bundle(self, exercise: Exercise) -> str:
        with self._lock:
            if id(exercise) not in self._bundles:  # which is kept, so that no other can have its id
                self._bundles[id(exercise)] = (exercise, bundles.store(packed(exercise)))
            return self._bundles[id(exercise)][1]

    def _report(self, job: int) -> Report:
        while True:
            row = Job.objects.filter(pk=job).values_list("state", "report").first()
            if row is None:
                raise CheckStopped
            if row[0] in ENDED:
                return Report.from_dict(row[1])
            if not self._wanted():
                jobs.cancel(job)
                raise CheckStopped
            time.sleep(_LOOK_SECONDS)
