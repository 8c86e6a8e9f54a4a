"""Which worker can take which job, and why none can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from workers.pools.models import Worker, WorkerPool


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a job cannot start for now. As text it is a sentence in the language of whoever reads it at that moment."""

    text: Any  #: a lazy translation
    words: Mapping[str, str | datetime] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.text) % {name: _shown(word) for name, word in self.words.items()}


def _shown(word: str | datetime) -> str:
    """A moment of today as its time, another one with its date."""
    if isinstance(word, str):
        return word
    moment = timezone.localtime(word)
    return formats.date_format(moment, "H:i" if moment.date() == timezone.localdate() else "Y-m-d H:i")


class Demand(Protocol):
    """What a job asks of a worker: a ``Job``, or a row of the queue."""

    @property
    def device(self) -> str: ...
    @property
    def runtime(self) -> str: ...
    @property
    def memory_mb(self) -> int: ...
    @property
    def data(self) -> Iterable[str]: ...


def fits(job: Demand, worker: Worker, pool: WorkerPool) -> bool:
    """Whether ``worker`` has what ``job`` needs. What a worker does not say is not held against it."""
    return (
        _has_device(job, worker)
        and (not worker.runtimes or job.runtime in worker.runtimes)
        and job.memory_mb <= _memory(job, worker, pool)
        and set(job.data) <= set(worker.data)
    )


def served(pool: str, device: str) -> bool:
    """Whether a worker of a pool that can grade has such a device."""
    alive = Worker.objects.filter(node__pool__name=pool, gone=None, device__startswith=device, slots__gt=0)
    return alive.exclude(rung="").exists()


def misfit(job: Demand, workers: list[Worker], pool: WorkerPool) -> Reason | None:
    """Why no one of ``workers`` can take ``job``; ``None`` where one can."""
    if any(fits(job, worker, pool) for worker in workers):
        return None
    words = {"pool": pool.name}
    if not any(_has_device(job, worker) for worker in workers):
        return Reason(text=_("No worker of pool %(pool)s has a GPU."), words=words)
    if not any(not worker.runtimes or job.runtime in worker.runtimes for worker in workers):
        text = _("No worker of pool %(pool)s has the runtime %(runtime)s.")
        return Reason(text=text, words={**words, "runtime": job.runtime})
    for name in job.data:
        if not any(name in worker.data for worker in workers):
            text = _("No worker of pool %(pool)s has the data set %(data)s.")
            return Reason(text=text, words={**words, "data": name})
    if not any(job.memory_mb <= _memory(job, worker, pool) for worker in workers):
        text = _("No worker of pool %(pool)s has %(memory)s MB of free device memory.")
        return Reason(text=text, words={**words, "memory": str(job.memory_mb)})
    return Reason(text=_("No single worker of pool %(pool)s has all that this needs."), words=words)


def _has_device(job: Demand, worker: Worker) -> bool:
    return job.device == "cpu" or worker.device.startswith(job.device)


def _memory(job: Demand, worker: Worker, pool: WorkerPool) -> float:
    """The device memory that a job may have on ``worker``, in MB: of a slot, or what is free; unknown is enough."""
    if job.device == "cpu":
        return float("inf")
    known = [megabytes for megabytes in (worker.free_mb, pool.memory_mb or None) if megabytes is not None]
    return min(known, default=float("inf"))
