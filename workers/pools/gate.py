"""Who may see and change the pools: administrators. Nobody else learns that these pages exist."""

from __future__ import annotations

from django.http import Http404, HttpRequest


def demand_administrator(request: HttpRequest) -> None:
    """Raise ``Http404`` for everybody else."""
    if not (request.user.is_active and request.user.is_staff):
        raise Http404


def actor_of(request: HttpRequest) -> str:
    """Who acts, as changes and the audit trail name them."""
    return f"user:{request.user.pk}"
