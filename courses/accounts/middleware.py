"""A signed-in user's language and time zone, on every page; and the language switch remembers for them."""

from __future__ import annotations

import zoneinfo

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin

from courses.accounts.models import User
from courses.accounts.sign_ins import note_use


class PreferencesMiddleware(MiddlewareMixin):
    """Stands after ``AuthenticationMiddleware``: what the user chose wins over what the browser asks for."""

    def process_request(self, request: HttpRequest) -> None:
        timezone.deactivate()
        if isinstance(request.user, User):
            use_preferences(request.user)
            request.LANGUAGE_CODE = translation.get_language()
            note_use(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        chosen = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
        user = getattr(request, "user", None)
        if chosen is not None and isinstance(user, User) and chosen.value != user.language:
            User.objects.filter(pk=user.pk).update(language=chosen.value)
        return response


def use_preferences(user: User) -> None:
    """Let the rest of this request speak the user's language and time."""
    if user.language in dict(settings.LANGUAGES):
        translation.activate(user.language)
    if user.time_zone:
        try:
            timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            timezone.deactivate()  # the machine's time zone data no longer knows it: the site's
