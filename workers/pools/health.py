"""Which workers are trusted with students' work: trials of our own, and what follows when jobs fail on one.

A worker that joins, or on which a job has just failed, gets nothing but a trial: a submission of ours that must get
exactly 1 of 3 points. Healthy ones are tried again from time to time. A node whose trial goes wrong is quarantined, and
jobs that failed there are not blamed for it.

A node may pass that and fail what students hand in. When three tries have failed since it last graded one, its trial is
somebody else's submission that was graded before: it must be graded again, which nobody but us hears of. So a student
whose code fails everywhere takes no sound node out of service, and a broken one costs no student anything. Where
nothing was graded yet, nobody can tell the two apart, and the node is quarantined.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import get_args

from django.db import transaction
from django.db.models import Q

from graders.exercise import Exercise
from graders.report import Outcome, Report
from graders.schema import ExerciseSchema
from workers.pools import bundles, changes, jobs, naming, timings
from workers.pools.faults import Fault, fault, in_english
from workers.pools.models import Health, Job, JobState, Lane, Node, Worker
from workers.pools.terms import MAX_FAILURES, TRIAL_SECONDS

log = logging.getLogger(__name__)

KIND = "trial"
ACTOR = naming.DISPATCHER
TRIAL = Path(__file__).parent / "trial"
SCORE, MAX_SCORE = 1.0, 3.0
DEFAULT_RUNTIME = "torch"
#: How the owner of a trial begins that is a submission which was graded before; its number follows.
AGAIN = "again:"
#: Where such a one is looked for: among the latest jobs, and not where it takes long.
LOOKED_AT, AGAIN_SECONDS = 50, 60.0
RUNTIMES = get_args(ExerciseSchema.model_fields["runtime"].annotation)


def joins(worker: Worker, *, at: datetime) -> None:
    """A worker has said its first word: where the pool has trials, it gets one before anything else."""
    node = Node.objects.select_related("pool").get(pk=worker.node_id)  # as it is now: the caller's may be a second old
    if node.quarantined is not None:
        _set(worker, Health.QUARANTINED, node.quarantine_reason, at=at)
    elif node.pool.canary_minutes:
        _set(worker, Health.CANARY, {}, at=at)


def hold_trials(*, at: datetime) -> None:
    """Try the workers whose turn it is, and forget the trials of those that went."""
    lost = Job.objects.filter(ended=None, kind=KIND).filter(Q(pinned__gone__isnull=False) | Q(pinned__leaving=True))
    for job in lost:
        jobs.cancel(job.pk)
    living = Worker.objects.filter(gone=None, leaving=False, node__quarantined=None).exclude(rung="")
    waiting = Q(health=Health.CANARY, canary_at=None)
    due = Q(canary_at__lte=at, node__pool__canary_minutes__gt=0)
    for worker in living.filter(waiting | due).select_related("node__pool"):
        _try(worker, at=at)


@transaction.atomic
def _try(worker: Worker, *, at: datetime) -> None:
    later = at + timedelta(minutes=max(1, worker.node.pool.canary_minutes))
    if Worker.objects.filter(pk=worker.pk, canary_at=worker.canary_at).update(canary_at=later) != 1:
        return
    if Job.objects.filter(pinned=worker, ended=None).exists():
        return
    if (graded_before := _graded_before(worker, worker.node)) is not None:
        _try_again(worker, graded_before)
        return
    submission = (TRIAL / "submission.py").read_text()
    known = [runtime for runtime in worker.runtimes if runtime in RUNTIMES]
    for runtime in known[:1] or [DEFAULT_RUNTIME]:  # the one that is warm: a trial of the others would start them
        Job.objects.create(
            kind=KIND,
            owner=f"worker:{worker.pk}",
            account=naming.PLATFORM,
            pool=worker.node.pool,
            lane=Lane.RUN,
            bundle=bundles.store(_bundle(runtime)),
            files={"submission.py": submission},
            tests="hidden",
            work=timings.TRIAL,
            runtime=runtime,
            pinned=worker,
            max_seconds=TRIAL_SECONDS,
        )
    transaction.on_commit(jobs.poke)


def _try_again(worker: Worker, graded_before: Job) -> None:
    same = ("bundle", "files", "tests", "runtime", "device", "memory_mb", "seed", "max_seconds")
    Job.objects.create(
        kind=KIND,
        owner=f"{AGAIN}{graded_before.pk}",
        account=naming.PLATFORM,
        pool=worker.node.pool,
        lane=Lane.RUN,
        pinned=worker,
        **{name: getattr(graded_before, name) for name in same},
    )
    transaction.on_commit(jobs.poke)


def _graded_before(worker: Worker, node: Node) -> Job | None:
    """What a node is tried with on which too much has failed: a late submission of nobody whose own failed there."""
    if len(node.failures) < MAX_FAILURES:
        return None
    done = Job.objects.filter(pool=node.pool_id, state=JobState.DONE, ended__isnull=False, pinned=None)
    others = done.filter(used_seconds__lt=AGAIN_SECONDS).exclude(account__in=set(node.failures.values()))
    for job in others.order_by("-ended")[:LOOKED_AT]:
        fits = not worker.runtimes or job.runtime in worker.runtimes
        if fits and job.report is not None and job.report.get("outcome") == Outcome.GRADED:
            return job
    return None


@cache
def _bundle(runtime: str) -> bytes:
    """The trial as a bundle for one runtime."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("exercise.yaml", "test_hidden.py"):
            (Path(folder) / name).write_bytes((TRIAL / name).read_bytes())
        with (Path(folder) / "exercise.yaml").open("a") as settings:
            settings.write(f"runtime: {runtime}\n")
        return Exercise.load(Path(folder)).pack()


def trial_ended(job: Job, report: Report) -> None:
    """What a trial says of its worker. Called in the transaction that records its end."""
    if job.pinned_id is None or job.state == JobState.CANCELLED or job.ended is None:
        return
    worker = Worker.objects.select_related("node__pool").get(pk=job.pinned_id)
    if job.state == JobState.DONE and _is_right(job, report):
        if job.owner.startswith(AGAIN):
            graded(worker.node)
        if not Job.objects.filter(pinned=worker, ended=None).exists():
            passed = Worker.objects.filter(pk=worker.pk, health=Health.CANARY)
            passed.update(health=Health.OK, health_reason={}, health_since=job.ended)
        return
    if job.owner.startswith(AGAIN):
        quarantine(worker.node, fault("again", outcome=report.outcome))
        return
    points = {"points": f"{report.score:g}", "of": f"{report.max_score:g}", "right": f"{SCORE:g}/{MAX_SCORE:g}"}
    quarantine(worker.node, fault("trial", runtime=job.runtime, outcome=report.outcome, **points))


def _is_right(trial: Job, report: Report) -> bool:
    if trial.owner.startswith(AGAIN):
        return report.outcome == Outcome.GRADED
    return (report.outcome, report.score, report.max_score) == (Outcome.GRADED, SCORE, MAX_SCORE)


@transaction.atomic
def failed(job: Job, node: Node, *, at: datetime) -> None:
    """A try of ``job`` failed on ``node`` by what is not the student's fault: whose it is shows in a trial."""
    if job.pinned_id is not None:
        return  # the trial itself
    node = Node.objects.select_for_update(of=("self",)).select_related("pool").get(pk=node.pk)
    failures = {**node.failures, f"{job.pk}.{job.try_number}": job.account}
    Node.objects.filter(pk=node.pk).update(failures=failures)
    node.failures = failures
    if node.pool.canary_minutes:
        doubted = Worker.objects.filter(node=node, gone=None, health=Health.OK)
        reason = fault("job", job=str(job.pk))
        doubted.update(health=Health.CANARY, health_reason=reason, health_since=at, canary_at=None)
    if _is_beyond_doubt(node):
        quarantine(node, fault("failures", count=len(failures)))


def _is_beyond_doubt(node: Node) -> bool:
    """Whether enough has failed on a node, and nothing it could be tried with says whose fault that is."""
    if not node.pool.canary_minutes:
        return len({key.split(".")[0] for key in node.failures}) >= MAX_FAILURES
    if len(node.failures) < MAX_FAILURES:
        return False
    return all(_graded_before(worker, node) is None for worker in Worker.objects.filter(node=node, gone=None))


def graded(node: Node) -> None:
    """A student's job was graded on ``node``: what failed before is forgotten."""
    if node.failures:
        Node.objects.filter(pk=node.pk).update(failures={})


def quarantine(node: Node, reason: Fault) -> None:
    """Take a node out of service for its faults; jobs that failed on it get those tries back."""
    log.error("node %s is quarantined: %s", node, in_english(reason))
    changes.quarantine(node, reason, actor=ACTOR)
    for job in Job.objects.filter(ended=None, errors__gt=0).only("errors", "avoid"):
        times = Counter(job.avoid)[node.name]
        if times:
            Job.objects.filter(pk=job.pk, errors=job.errors).update(errors=max(0, job.errors - times), not_before=None)


def _set(worker: Worker, health: Health, reason: Fault, *, at: datetime) -> None:
    Worker.objects.filter(pk=worker.pk).update(health=health, health_reason=reason, health_since=at, canary_at=None)
