"""Which job goes to which worker: chosen and claimed under the pool's row lock, then sent to that worker's queue."""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from workers import keys
from workers.logs import bound
from workers.messages import Order
from workers.pools import bundles, leases, ordering, placement, queue
from workers.pools.models import IN_FLIGHT, Health, Job, JobState, Lane, PoolState, Worker, WorkerPool
from workers.pools.orders import Orders
from workers.pools.terms import LEASE, SUSPECT_DEATHS

log = logging.getLogger(__name__)

#: How many jobs of the queue are looked at for each free slot: those in front may ask for what no free worker has.
LOOK = 16
LOOK_AT_LEAST = 128

#: Work for which nobody sits and waits. Of two or more slots it leaves one to those who do: a long entry of a
#: competition is not stopped for a learner who comes a second later.
IN_THE_BACKGROUND = frozenset({Lane.COMPETITION, Lane.REGRADE, Lane.CHECK})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that is this worker's now."""

    job: int
    worker: Worker
    token: str


def waiting_pools() -> list[WorkerPool]:
    """Pools in whose queue something waits and which give work out."""
    return list(WorkerPool.objects.filter(Exists(Job.objects.queued().filter(pool=OuterRef("pk"))), state=PoolState.ON))


@transaction.atomic
def claim(pool: WorkerPool, *, at: datetime) -> list[Claim]:
    """Give waiting jobs to free slots. The pool's row is locked, so that no slot is booked twice."""
    pool = WorkerPool.objects.select_for_update(no_key=True).get(pk=pool.pk)
    if pool.state != PoolState.ON:
        return []
    slots = Slots(pool, at=at)
    claims: list[Claim] = []
    if not slots.idle:
        return []
    for waiting in queue.pinned_to(pool, slots.idle, at=at):
        claims += _claim(waiting, slots.take_pinned(waiting), at=at)
    started = []
    for waiting in _candidates(pool, slots, at=at):
        if not slots.total:
            break
        if slots.is_full(waiting.account):
            continue
        claimed = _claim(waiting, slots.take(waiting), at=at)
        claims += claimed
        started += [(waiting.lane, waiting.tag)] * len(claimed)
    ordering.advance(pool, started)
    return claims


def _candidates(pool: WorkerPool, slots: Slots, *, at: datetime) -> list[queue.Waiting]:
    if not slots.total:
        return []
    limit = max(LOOK_AT_LEAST, LOOK * slots.total)
    return queue.next_in(pool, at=at, runtimes=slots.runtimes(), full=slots.full_accounts(), limit=limit)


def _claim(waiting: queue.Waiting, worker: Worker | None, *, at: datetime) -> list[Claim]:
    if worker is None:
        return []
    token = secrets.token_hex(16)
    changes = {"worker": worker, "token": token, "sent": at, "started": None, "lease_until": at + LEASE}
    queued = Job.objects.filter(pk=waiting.id, state=JobState.QUEUED)
    if queued.update(state=JobState.SENT, try_number=F("try_number") + 1, **changes) != 1:
        return []
    return [Claim(job=waiting.id, worker=worker, token=token)]


class Slots:
    """The free slots of a pool at one moment. Its row is locked, so nobody else gives them away."""

    def __init__(self, pool: WorkerPool, *, at: datetime) -> None:
        self._pool = pool
        workers = list(queue.willing(pool, at=at).exclude(health=Health.QUARANTINED).select_related("node"))
        by_lane = leases.held_slots(workers)
        held: Counter[int] = Counter()
        for (holder, _lane), count in by_lane.items():
            held[holder] += count
        self._free = {worker.pk: max(0, worker.slots - held[worker.pk]) for worker in workers}
        if held and any(self._free.values()):
            alone = Job.objects.held().filter(worker__in=workers, deaths__gte=SUSPECT_DEATHS)
            self._free.update(dict.fromkeys(alone.values_list("worker_id", flat=True), 0))
        self.idle = [worker for worker in workers if self._free[worker.pk]]  #: those on trial, too
        self._workers = [worker for worker in workers if worker.health == Health.OK]
        self._empty = {worker.pk for worker in self.idle if not held[worker.pk]}
        self._node_left = {
            worker.node_id: worker.node.slots - sum(held[w.pk] for w in workers if w.node_id == worker.node_id)
            for worker in workers
            if worker.node.slots is not None
        }
        self._left = None if pool.slots is None else pool.slots - sum(held.values())
        behind = sum(count for (_holder, lane), count in by_lane.items() if lane in IN_THE_BACKGROUND)
        self._background_left = max(1, queue.capacity(self._workers, pool) - 1) - behind
        counts = self.idle and pool.in_flight_each is not None
        self._flying = queue.in_flight_by_account(pool) if counts else Counter[str]()

    @property
    def total(self) -> int:
        """How many slots may still be given away."""
        free = sum(self._room(worker) for worker in self._workers)
        return free if self._left is None else max(0, min(self._left, free))

    def full_accounts(self) -> list[str]:
        """Accounts that have as many jobs in flight as the pool allows."""
        return [account for account in self._flying if self.is_full(account)]

    def is_full(self, account: str) -> bool:
        limit = self._pool.in_flight_each
        return limit is not None and self._flying[account] >= limit

    def runtimes(self) -> set[str] | None:
        """What the free workers can run; ``None``: there is one that does not say."""
        free = [worker for worker in self._workers if self._room(worker)]
        if any(not worker.runtimes for worker in free):
            return None
        return {runtime for worker in free for runtime in worker.runtimes}

    def take(self, job: queue.Waiting) -> Worker | None:
        """A slot for ``job``: on the emptiest worker that fits, and not where it failed before while others live."""
        in_the_background = job.lane in IN_THE_BACKGROUND
        if in_the_background and self._background_left < 1:
            return None
        fit = [worker for worker in self._workers if placement.fits(job, worker, self._pool)]
        fit = [worker for worker in fit if worker.node.name not in job.avoid] or fit
        free = [worker for worker in fit if self._room(worker)]
        if job.alone:
            empty = [worker for worker in free if worker.pk in self._empty]
            if not empty and free:
                self._close(max(free, key=self._room))  # let one run empty, else it would wait for ever
            free = empty
        if not free:
            return None
        worker = max(free, key=self._room)
        self._book(worker)
        self._flying[job.account] += 1
        self._background_left -= in_the_background
        if job.alone:
            self._close(worker)
        return worker

    def take_pinned(self, job: queue.Waiting) -> Worker | None:
        worker = next((worker for worker in self.idle if worker.pk == job.pinned and self._room(worker)), None)
        if worker is not None:
            self._book(worker)
        return worker

    def _room(self, worker: Worker) -> int:
        return max(0, min(self._free.get(worker.pk, 0), self._node_left.get(worker.node_id, 1_000_000)))

    def _book(self, worker: Worker) -> None:
        self._free[worker.pk] -= 1
        self._empty.discard(worker.pk)
        if worker.node_id in self._node_left:
            self._node_left[worker.node_id] -= 1
        if self._left is not None:
            self._left -= 1

    def _close(self, worker: Worker) -> None:
        self._free[worker.pk] = 0


def send(client: redis.Redis, orders: Orders, claim: Claim) -> None:
    """Send a claimed job to its worker; where that fails, it is queued again at once."""
    job = Job.objects.filter(pk=claim.job, token=claim.token, state__in=IN_FLIGHT).first()
    if job is None:
        return  # cancelled meanwhile
    words = {name: getattr(job, name) for name in ("try_number", "token", "bundle", "files", "tests", "seed")}
    order = Order.parse({"job": job.pk, **words})
    with bound(job=job.pk, try_number=job.try_number):
        _send(client, orders, order, job, claim.worker)


def _send(client: redis.Redis, orders: Orders, order: Order, job: Job, worker: Worker) -> None:
    try:
        if not bundles.place(client, job.bundle):
            log.error("job %d needs bundle %s, which nobody has stored", job.pk, job.bundle)
        orders.send(worker.node.name, keys.worker_queue(worker.name), order)
        log.info("job %d try %d: sent to %s", job.pk, job.try_number, worker)
    except (redis.RedisError, *orders.errors) as error:
        log.warning("job %d could not be sent to %s: %s", job.pk, worker, error)
        Job.objects.filter(pk=job.pk, token=job.token, state=JobState.SENT).update(
            state=JobState.QUEUED, lease_until=None
        )
