"""The pages that belong to no app: home, the design language, the choice of a theme, the error pages."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from courseplatform import next_steps
from courseplatform.first_steps import first_steps
from courseplatform.health import missing_facilities
from courseplatform.templatetags.frame import THEMES
from courses.accounts.models import User

YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What to do next: for a stranger what Gradus is, for a student where they stopped."""
    context: dict[str, object] = {
        "courses": next_steps.courses_on_offer(request.user),
        "grading": grading_notice(request),
    }
    if isinstance(request.user, User):
        context |= {
            "ways": next_steps.ways_of(request.user),
            "unfinished": next_steps.exercise_to_finish(request.user),
            "first_steps": first_steps(request.user),
            "recent": next_steps.recent_submissions(request.user),
        }
    return render(request, "home.html", context)


def grading_notice(request: HttpRequest) -> dict[str, object]:
    """Whether submissions are graded now; why not is for those who run the machine, which in a demo is everybody."""
    told = settings.LOCAL or (isinstance(request.user, User) and request.user.is_staff)
    asked = told or request.user.is_authenticated
    return {"missing": missing_facilities() if asked else [], "told": told}


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """The parts that pages are made of, with the real style sheets."""
    return render(request, "design.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # every view has one
    """Where browsers look by themselves when what they show names no icon: a JSON document, a picture."""
    return HttpResponseRedirect(static("img/mark.svg"))


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
