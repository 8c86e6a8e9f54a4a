"""The pages that belong to no app: home, the design language, the choice of a theme, the error pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from courseplatform.templatetags.frame import THEMES

YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What to do next."""
    return render(request, "home.html")


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """The parts that pages are made of, with the real style sheets."""
    return render(request, "design.html")


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's theme in a cookie, so that the first paint of the next page is right without a script."""
    back = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if allowed else "/")
    theme = request.POST.get("theme", "auto")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
