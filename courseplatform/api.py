"""The REST API: each app's router under ``/api/v1/``, one token scheme, one shape of errors."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from courses.api import catalog
from courses.api.auth import BearerToken, caller
from courses.api.problems import add_handlers
from courses.cohorts import api as cohorts
from courses.competitions import api as competitions
from courses.discussions import api as discussions
from courses.exercises import api as exercises
from workers.pools import queue
from workers.pools.clock import database_now
from workers.pools.models import Worker, WorkerPool

api = NinjaAPI(
    title="Gradus",
    version="1",
    description="Courses, submissions and grades. Errors are problem documents (RFC 9457).",
    auth=BearerToken(),
    docs_url=None,  # its page loads scripts from elsewhere; the document itself is at openapi.json
    urls_namespace="api",
)
add_handlers(api)
api.add_router("", catalog.router)
api.add_router("", cohorts.router)
api.add_router("", competitions.router)
api.add_router("", discussions.router)
api.add_router("", exercises.router)


@api.get("/pools", tags=["pools"], response=list[dict[str, Any]])
def list_pools(request: HttpRequest) -> list[dict[str, Any]]:
    """What the pools do, for administrators."""
    if not caller(request).has_perm("cohorts.view_pools"):
        raise Http404(_("There is nothing here, or it is not yours to see."))
    return [
        _pool(pool, queued=pool.jobs.queued().count(), running=pool.jobs.in_flight().count())
        for pool in WorkerPool.objects.all()
    ]


def _pool(pool: WorkerPool, *, queued: int, running: int) -> dict[str, Any]:
    workers = queue.alive(pool, at=database_now()).select_related("node")
    return {
        "name": pool.name,
        "title": pool.title,
        "device": pool.device,
        "state": pool.state,
        "queued": queued,
        "running": running,
        "workers": [_worker(worker) for worker in workers],
    }


def _worker(worker: Worker) -> dict[str, Any]:
    return {
        "name": worker.name,
        "node": worker.node.name,
        "slots": worker.slots,
        "isolation": worker.rung,
        "reasons": worker.reasons,
        "last_seen": worker.last_seen.isoformat(),
    }
