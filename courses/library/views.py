"""The library's one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.library.browsing import Filters, choices, is_over, page_of
from courses.library.models import Kind, Level


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
    }
    return render(request, "library/list.html", context)
