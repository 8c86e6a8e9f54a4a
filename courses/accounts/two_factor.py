"""Who needs a second factor, and nothing else until they have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from courses.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase

#: The permission that says who needs one; the apps that know of roles grant it.
NEEDS = "accounts.needs_second_factor"
#: What works without: signing in and out, setting a factor up, choosing language and colours, the API with its tokens.
FREE = ("/accounts/", "/i18n/", "/theme/", "/favicon.ico", "/api/", "/healthz", "/readyz", "/metrics", "/nodes/join/")


def is_required_of(user: User) -> bool:
    return bool(settings.TWO_FACTOR_REQUIRED) and user.has_perm(NEEDS)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


class TwoFactorMiddleware(MiddlewareMixin):
    """Leads those who teach or administer, and have no second factor yet, to where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.TWO_FACTOR_REQUIRED:
            raise MiddlewareNotUsed
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or request.path.startswith(FREE):
            return None
        if not is_required_of(user) or has_second_factor(user):
            return None
        messages.warning(request, _("Who teaches or administers here signs in with a second factor. Set it up now."))
        return redirect("mfa_activate_totp")
