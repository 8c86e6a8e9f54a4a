"""The pools' pages, for administrators; everybody else gets 404."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workers.pools import jobs, overview
from workers.pools.models import PoolState, WorkerPool


def _demand_administrator(request: HttpRequest) -> None:
    """Strangers do not learn that this page exists."""
    if not (request.user.is_active and request.user.is_staff):
        raise Http404


@require_safe
@never_cache
def pool_list(request: HttpRequest) -> HttpResponse:
    """All pools; for htmx, which asks every two seconds, only the part that changes."""
    _demand_administrator(request)
    template = "pools/parts/pools.html" if request.headers.get("HX-Request") else "pools/list.html"
    return render(request, template, {"pools": overview.pools()})


@never_cache
def pause(request: HttpRequest, pool: str) -> HttpResponse:
    """Ask first; then give nothing more to the pool's workers. What runs is finished."""
    _demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    if request.method != "POST":
        return render(request, "pools/pause.html", {"pool": row})
    WorkerPool.objects.filter(pk=row.pk).update(state=PoolState.PAUSED)
    messages.success(request, _("The pool %(pool)s is paused.") % {"pool": row})
    return redirect("pools:list")


@require_POST
def resume(request: HttpRequest, pool: str) -> HttpResponse:
    _demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    WorkerPool.objects.filter(pk=row.pk).update(state=PoolState.ON)
    jobs.poke()
    messages.success(request, _("The pool %(pool)s gives work out again.") % {"pool": row})
    return redirect("pools:list")
