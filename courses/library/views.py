"""The library's one page, and its events as a calendar."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from courses.library.browsing import Filters, choices, is_over, page_of
from courses.library.calendar import calendar
from courses.library.models import Entry, Kind, Level


@require_safe
def library_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.from_request(request.GET.dict())
    page = page_of(filters, request.GET.get("page", "1"))
    today = timezone.localdate()
    context = {
        "filters": filters,
        "page": page,
        "over": {entry.pk for entry in page if is_over(entry, today)},
        "choices": choices(),
        "kinds": Kind.choices,
        "levels": Level.choices,
        "has_dates": Entry.objects.current().dated().exists(),
    }
    return render(request, "library/list.html", context)


@require_safe
def events_calendar(request: HttpRequest) -> HttpResponse:
    """Dated events, by the library's own filters; ``in=zh-hans`` names a language, as calendars send no cookie."""
    filters = Filters.from_request(request.GET.dict())
    entries = filters.apply(Entry.objects.current().dated()).order_by("start", "deadline", "pk")
    asked = request.GET.get("in", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
        text = calendar(entries, host=request.get_host(), now=datetime.datetime.now(datetime.UTC))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
