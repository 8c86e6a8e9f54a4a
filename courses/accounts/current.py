"""Who is signed in, as a ``User``."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from courses.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The signed-in user; for views behind ``login_required``, which see nobody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
