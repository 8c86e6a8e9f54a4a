"""The page on which an administrator gets a code, and the address at which a machine exchanges it."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from workers.joining import codes
from workers.pools.gate import actor_of, demand_administrator
from workers.pools.models import WorkerPool

#: What a machine sends is a code; anything longer is not read.
MAX_BODY = 1024


@never_cache
@sensitive_variables("code")
def add(request: HttpRequest, pool: str) -> HttpResponse:
    """Ask for the machine's name; then show its code, this once."""
    demand_administrator(request)
    row = get_object_or_404(WorkerPool, name=pool)
    name = request.POST.get("name", "").strip() or codes.free_name(row)
    context: dict[str, object] = {"pool": row, "name": name}
    if request.method != "POST":
        return render(request, "joining/add.html", context)
    try:
        code = codes.issue(row, node=name, actor=actor_of(request))
    except codes.JoiningRefused as reason:
        return render(request, "joining/add.html", {**context, "error": str(reason)}, status=400)
    minutes = round(codes.VALID.total_seconds() / 60)
    address = request.build_absolute_uri("/").rstrip("/")
    return render(request, "joining/code.html", {**context, "code": code, "minutes": minutes, "address": address})


@csrf_exempt
@require_POST
@never_cache
@sensitive_variables()
def join(request: HttpRequest) -> JsonResponse:
    """For `make node`: a code in, the node's name and its broker's address out. The code is all that it has to show."""
    try:
        code = str(json.loads(request.body[:MAX_BODY])["code"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": 'Send {"code": "…"} as JSON.'}, status=400)
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    local = request.META.get("REMOTE_ADDR") in codes.LOOPBACK and not forwarded
    try:
        joined = codes.redeem(code, from_loopback=local)
    except codes.JoiningRefused as reason:
        return JsonResponse({"detail": str(reason)}, status=403)
    return JsonResponse({"name": joined.node, "url": joined.url})
