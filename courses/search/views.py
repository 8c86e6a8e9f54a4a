"""Search: a page of its own, and the part of it that the quick search shows in every other page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.search.finding import find
from courses.search.words import MAX_QUERY

PARTS = {"hits": "search/_hits.html", "finder": "search/_finder.html"}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    context = {"query": text, "hits": find(text, request.user), "max_query": MAX_QUERY}
    template = PARTS.get(request.GET.get("part", ""), "search/search.html")
    return render(request, template, context)
