"""``/metrics`` for Prometheus: the numbers of the pools' pages, read from the database at the moment of asking.

Every web process tells the same numbers, so a monitor may ask any of them. They tell who runs the platform how much is
going on, which is nobody else's business: without ``METRICS_TOKEN`` or ``METRICS_NETWORKS`` only this machine may ask.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from workers.pools import overview
from workers.pools.clock import database_now
from workers.pools.models import DispatcherLease, Job, Lane
from workers.pools.overview import PoolView


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For who may ask; for everybody else there is nothing here."""
    if not may_ask(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(PoolsCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_ask(request: HttpRequest) -> bool:
    """Whoever has the token, or asks from an allowed network without a proxy in between."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme == "Bearer" and constant_time_compare(token, settings.METRICS_TOKEN):
        return True
    if "X-Forwarded-For" in request.headers:
        return False  # behind a proxy everybody would look like the proxy
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_NETWORKS)


class PoolsCollector:
    """The metrics of all pools."""

    def collect(self) -> Iterator[Metric]:
        at = database_now()
        views = overview.pools(at=at)
        yield _jobs()
        yield from _queues(views)
        yield from _times(views)
        yield from _workers(views)
        up = DispatcherLease.objects.filter(until__gt=at).exists()
        yield GaugeMetricFamily("gradus_dispatcher_up", "1 while a dispatcher works", value=float(up))


def _jobs() -> Metric:
    """A monitor adds up what it sees, so of the jobs that have ended only those that are owed are counted."""
    family = GaugeMetricFamily("gradus_jobs", "Jobs that wait, run or are owed", labels=["pool", "state"])
    for jobs in (Job.objects.filter(ended=None), Job.objects.owed()):
        for pool, state, count in jobs.order_by().values_list("pool__name", "state").annotate(Count("pk")):
            family.add_metric([pool, state], count)
    return family


def _queues(views: list[PoolView]) -> Iterator[Metric]:
    lanes = GaugeMetricFamily("gradus_queue", "Jobs that wait, by lane", labels=["pool", "lane"])
    oldest = GaugeMetricFamily("gradus_queue_oldest_seconds", "How long the oldest has waited", labels=["pool"])
    running = GaugeMetricFamily("gradus_running", "Jobs sent or running", labels=["pool"])
    slots = GaugeMetricFamily("gradus_slots", "Slots of workers that can take work", labels=["pool"])
    for view in views:
        waiting = {lane.name: lane.waiting for lane in view.lanes}
        for lane in Lane:
            lanes.add_metric([view.pool.name, lane.name.lower()], waiting.get(lane.name.lower(), 0))
        oldest.add_metric([view.pool.name], view.oldest_seconds or 0.0)
        running.add_metric([view.pool.name], view.running)
        slots.add_metric([view.pool.name], view.slots)
    return iter([lanes, oldest, running, slots])


def _times(views: list[PoolView]) -> Iterator[Metric]:
    """Of the jobs that ended within an hour; a pool in which none did has none."""
    for what in ("wait", "run"):
        help_text = f"The {what} of jobs that ended within the last hour"
        family = GaugeMetricFamily(f"gradus_{what}_seconds", help_text, labels=["pool", "quantile"])
        for view in views:
            for quantile in ("p50", "p95"):
                value = getattr(view.times, f"{what}_{quantile}")
                if value is not None:
                    family.add_metric([view.pool.name, f"0.{quantile[1:]}"], value)
        yield family


def _workers(views: list[PoolView]) -> Iterator[Metric]:
    workers = GaugeMetricFamily("gradus_workers", "Workers, by what they do", labels=["pool", "state"])
    busy = GaugeMetricFamily("gradus_worker_utilisation", "0 to 1, of its devices", labels=["pool", "node", "worker"])
    memory = GaugeMetricFamily("gradus_worker_memory_used_bytes", "Of its devices", labels=["pool", "node", "worker"])
    for view in views:
        states = [each.state for each in view.workers]
        for state in sorted(set(states)):
            workers.add_metric([view.pool.name, state], states.count(state))
        for each in view.workers:
            labels = [view.pool.name, each.worker.node.name, each.worker.name[:6]]
            if each.worker.utilisation is not None:
                busy.add_metric(labels, each.worker.utilisation)
            if each.used_mb is not None:
                memory.add_metric(labels, each.used_mb * 2**20)
    return iter([workers, busy, memory])
