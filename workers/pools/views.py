"""The pools' pages, for administrators; everybody else gets 404."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workers.pools import actions, alerts, changes, overview, showing
from workers.pools.actions import Action, Subject
from workers.pools.clock import database_now
from workers.pools.gate import actor_of, demand_administrator
from workers.pools.models import Job, Node, Worker, WorkerPool


@require_safe
@never_cache
def pool_list(request: HttpRequest) -> HttpResponse:
    """All pools; for htmx, which asks every two seconds, only the part that changes."""
    demand_administrator(request)
    template = "pools/parts/pools.html" if request.headers.get("HX-Request") else "pools/list.html"
    views = overview.pools()
    return render(request, template, {"pools": views, "names": overview.names_in(views), "alerts": alerts.alerts()})


@require_safe
@never_cache
def pool_page(request: HttpRequest, pool: str) -> HttpResponse:
    """One pool; for htmx only the part that changes."""
    demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    at = database_now()
    if request.headers.get("HX-Request"):
        view = overview.pool(row, at=at)
        return render(request, "pools/parts/pool_live.html", {"view": view, "names": overview.names_in([view])})
    return render(request, "pools/pool.html", showing.pool_context(row, at=at))


@require_safe
@never_cache
def pool_forecast(request: HttpRequest, pool: str) -> HttpResponse:
    """When the queue will be empty, for the page of the pool, which asks now and then: it is the dearest part."""
    demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    return render(request, "pools/parts/forecast.html", showing.forecast_context(row))


@require_safe
@never_cache
def pool_series(request: HttpRequest, pool: str) -> JsonResponse:
    """What the pool did over time, for the charts."""
    demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    return JsonResponse(showing.chart(row, hours=showing.hours_of(request.GET.get("hours"))))


@require_safe
@never_cache
def worker_page(request: HttpRequest, pool: str, worker: str) -> HttpResponse:
    """One worker: its machine, what it says of itself, and what it runs and ran."""
    demand_administrator(request)
    found = Worker.objects.select_related("node__pool")
    row = get_object_or_404(found, node__pool__name=pool, name=worker)
    return render(request, "pools/worker.html", showing.worker_context(row, at=database_now()))


@require_safe
@never_cache
def worker_series(request: HttpRequest, pool: str, worker: str) -> JsonResponse:
    demand_administrator(request)
    found = Worker.objects.select_related("node__pool")
    row = get_object_or_404(found, node__pool__name=pool, name=worker)
    hours = showing.hours_of(request.GET.get("hours"))
    return JsonResponse(showing.chart(row.node.pool, worker=row, hours=hours))


@never_cache
def pool_action(request: HttpRequest, pool: str, action: str) -> HttpResponse:
    demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    return _act(request, _find(actions.POOL, action), row, back=reverse("pools:pool", args=[row.name]))


@never_cache
def node_action(request: HttpRequest, node: str, action: str) -> HttpResponse:
    demand_administrator(request)
    row = get_object_or_404(Node.objects.select_related("pool"), name=node)
    return _act(request, _find(actions.NODE, action), row, back=reverse("pools:pool", args=[row.pool.name]))


@never_cache
def job_action(request: HttpRequest, job: int, action: str) -> HttpResponse:
    demand_administrator(request)
    row = get_object_or_404(Job.objects.select_related("pool"), pk=job)
    return _act(request, _find(actions.JOB, action), row, back=reverse("pools:pool", args=[row.pool.name]))


@require_POST
def requeue_owed(request: HttpRequest, pool: str) -> HttpResponse:
    """Give every job of the pool that was given up a fresh start, in one click."""
    demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    owed = Job.objects.owed().filter(pool=row).order_by("id").select_related("pool")
    count = sum(changes.requeue(job, actor=actor_of(request)) for job in owed.defer("files", "report"))
    told = ngettext("%(count)d job is queued again.", "%(count)d jobs are queued again.", count)
    messages.success(request, told % {"count": count})
    return redirect("pools:pool", row.name)


def _find(known: Mapping[str, Action], name: str) -> Action:
    if name not in known:
        raise Http404
    return known[name]


def _act(request: HttpRequest, action: Action, subject: Subject, *, back: str) -> HttpResponse:
    """Ask where the action asks; then do it, and say whether it changed anything."""
    if request.method not in ("GET", "HEAD", "POST") or (not action.asks and request.method != "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"] if action.asks else ["POST"])
    asked = None
    if action.form is not None:
        given = request.POST if request.method == "POST" else None
        asked = action.form(subject, given, initial=action.initial(subject))
    words = {"subject": overview.title_of(subject)}
    if request.method != "POST" or (asked is not None and not asked.is_valid()):
        context = {"action": action, "question": action.question % words, "form": asked, "back": back}
        return render(request, "pools/confirm.html", context, status=400 if request.method == "POST" else 200)
    if action.run(subject, asked.cleaned_data if asked is not None else {}, actor_of(request)):
        messages.success(request, action.done % words)
    else:
        messages.info(request, _("Nothing was changed: it is so already, or somebody was faster."))
    return redirect(back)
