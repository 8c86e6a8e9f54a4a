"""Who speaks: ``Authorization: Bearer TOKEN``."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from courses.accounts.middleware import use_preferences
from courses.accounts.models import ApiToken, User


class BearerToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002  # ninja's signature
        user = ApiToken.objects.user_of(token)
        if user is not None:
            use_preferences(user)
        return user


def caller(request: HttpRequest) -> User:
    """Whose token the request carries; only for operations that demand one."""
    return cast("User", request.auth)  # type: ignore[attr-defined]  # ninja sets it
