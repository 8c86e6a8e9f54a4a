"""Which job goes to which worker: chosen and claimed under the pool's row lock, then sent to that worker's queue."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction
from django.db.models import F

from workers import keys
from workers.messages import Order
from workers.pools import bundles, leases, queue
from workers.pools.models import IN_FLIGHT, Job, JobState, PoolState, Worker, WorkerPool
from workers.pools.orders import Orders
from workers.pools.terms import LEASE, SUSPECT_DEATHS

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that is this worker's now."""

    job: int
    worker: Worker
    token: str


def waiting_pools() -> list[WorkerPool]:
    """Pools in whose queue something waits and which give work out."""
    waiting = Job.objects.filter(state=JobState.QUEUED).values("pool")
    return list(WorkerPool.objects.filter(state=PoolState.ON, pk__in=waiting))


@transaction.atomic
def claim(pool: WorkerPool, *, at: datetime) -> list[Claim]:
    """Give waiting jobs to free slots. The pool's row is locked, so that no slot is booked twice."""
    if WorkerPool.objects.select_for_update().get(pk=pool.pk).state != PoolState.ON:
        return []
    free = _free_slots(pool, at=at)
    claims: list[Claim] = []
    for waiting in queue.in_order(pool, at=at) if free else ():
        worker = _choose(free, alone=waiting.alone)
        if worker is None:
            if not any(free.values()):
                break
            continue
        token = secrets.token_hex(16)
        changes = {"worker": worker, "token": token, "sent": at, "started": None, "lease_until": at + LEASE}
        if _claim_one(waiting.id, changes):
            free[worker] = 0 if waiting.alone else free[worker] - 1
            claims.append(Claim(job=waiting.id, worker=worker, token=token))
    return claims


def _claim_one(job_id: int, changes: dict[str, object]) -> bool:
    queued = Job.objects.filter(pk=job_id, state=JobState.QUEUED)
    return queued.update(state=JobState.SENT, try_number=F("try_number") + 1, **changes) == 1


def _free_slots(pool: WorkerPool, *, at: datetime) -> dict[Worker, int]:
    workers = list(queue.able(pool, at=at).select_related("node"))
    held = leases.held_slots(workers)
    alone = Job.objects.filter(worker__in=workers, lease_until__isnull=False, deaths__gte=SUSPECT_DEATHS)
    closed = set(alone.values_list("worker_id", flat=True))
    return {
        worker: worker.slots - held.get(worker.pk, 0)
        for worker in workers
        if worker.pk not in closed and worker.slots > held.get(worker.pk, 0)
    }


def _choose(free: dict[Worker, int], *, alone: bool) -> Worker | None:
    """The emptiest worker; a job under suspicion gets one that runs nothing else."""
    fit = [worker for worker, slots in free.items() if slots > 0 and (not alone or slots == worker.slots)]
    return max(fit, key=free.__getitem__, default=None)


def send(client: redis.Redis, orders: Orders, claim: Claim) -> None:
    """Send a claimed job to its worker; where that fails, it is queued again at once."""
    job = Job.objects.filter(pk=claim.job, token=claim.token, state__in=IN_FLIGHT).first()
    if job is None:
        return  # cancelled meanwhile
    words = {name: getattr(job, name) for name in ("try_number", "token", "bundle", "files", "tests")}
    order = Order.parse({"job": job.pk, **words})
    try:
        if not bundles.place(client, job.bundle):
            log.error("job %d needs bundle %s, which nobody has stored", job.pk, job.bundle)
        orders.send(claim.worker.node.name, keys.worker_queue(claim.worker.name), order)
    except (redis.RedisError, *orders.errors) as error:
        log.warning("job %d could not be sent to %s: %s", job.pk, claim.worker, error)
        Job.objects.filter(pk=job.pk, token=job.token, state=JobState.SENT).update(
            state=JobState.QUEUED, lease_until=None
        )
