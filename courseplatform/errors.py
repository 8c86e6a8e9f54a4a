"""What a request gets that Django refuses before a view sees it."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from courses.exercises.requests import wants_json


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too large a form is 413 with a page, for a script in JSON; everything else is Django's 400 page."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    sentence = _("The files are too large.")
    if wants_json(request):
        return JsonResponse({"detail": sentence}, status=413)
    return render(request, "413.html", status=413)
