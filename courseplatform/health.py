"""Whether this process lives, and whether a submission can be graded."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workers.pools import queue, valkey
from workers.pools.clock import database_now
from workers.pools.faults import in_english
from workers.pools.models import DispatcherLease, Node, PoolState, Worker, WorkerPool


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Something that keeps submissions from being graded."""

    missing: str
    remedy: str


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature, as below
    """This process answers. It says nothing about the others."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 only if a submission that came now would be graded."""
    reasons = missing_facilities()
    body = {"ready": not reasons, "reasons": [asdict(reason) for reason in reasons]}
    return JsonResponse(body, status=503 if reasons else 200)


def missing_facilities() -> list[Reason]:
    """What is missing for grading, with what to do about each; the first that hides the others stands alone."""
    database = _database()
    if database:
        return database
    return [*_broker(), *_dispatcher(), *_workers()]


def _database() -> list[Reason]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        WorkerPool.objects.exists()
    except DatabaseError as error:
        return [
            Reason(
                missing=f"The database does not answer as it should: {type(error).__name__}.",
                remedy="Start the database, look at DATABASE_URL, and run `manage.py migrate`.",
            )
        ]
    return []


def _broker() -> list[Reason]:
    try:
        valkey.prompt().ping()
    except redis.RedisError as error:
        return [
            Reason(
                missing=f"Valkey does not answer: {type(error).__name__}.",
                remedy="Start Valkey (or Redis), and look at REDIS_URL.",
            )
        ]
    return []


def _dispatcher() -> list[Reason]:
    if DispatcherLease.objects.filter(until__gt=database_now()).exists():
        return []
    return [Reason(missing="No dispatcher is at work.", remedy="Start `manage.py dispatcher`.")]


def _workers() -> list[Reason]:
    """A reason for each pool state that stands in the way, unless some pool can grade."""
    now = database_now()
    pools = list(WorkerPool.objects.all())
    if any(pool.state == PoolState.ON and queue.able(pool, at=now).exists() for pool in pools):
        return []
    reasons = [
        Reason(
            missing=f"The pool {pool.name} is {PoolState(pool.state).value}.",
            remedy="Resume it on the page of the pools.",
        )
        for pool in pools
        if pool.state != PoolState.ON
    ]
    alive = Worker.objects.filter(pk__in=[worker.pk for pool in pools for worker in queue.alive(pool, at=now)])
    reasons += [_why_not(worker) for worker in alive.select_related("node") if not worker.rung]
    reasons += [
        Reason(
            missing=f"The node {node.name} is quarantined: {in_english(node.quarantine_reason)}",
            remedy="Look after it, then release it on the page of its pool.",
        )
        for node in Node.objects.filter(quarantined__isnull=False, workers__gone=None).distinct()
    ]
    return reasons or [Reason(missing="No grading node is connected.", remedy="Start one: `python -m workers.node`.")]


def _why_not(worker: Worker) -> Reason:
    return Reason(
        missing=f"The worker on {worker.node.name} cannot isolate submissions: {'; '.join(map(str, worker.reasons))}",
        remedy="Run `python -m graders doctor` on that machine: it names what is missing and what repairs it.",
    )
