"""The page of a release's checks: what was found, what runs, and the way to begin and to stop."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.authoring.checking import asking
from courses.authoring.models import CheckState
from courses.authoring.studio.views import release_or_404
from graders.strength.proving import ENOUGH


@require_safe
@login_required
def checks(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """All of it, or for the script that asks every few seconds the part that changes."""
    release = release_or_404(request, course, number)
    rows = asking.checks_of(release)
    states = [row.check.state for row in rows if row.check is not None]
    going = states.count(CheckState.WAITING) + states.count(CheckState.RUNNING)
    context = {
        "course": release.course,
        "release": release,
        "rows": rows,
        "going": going,
        "ended": states.count(CheckState.DONE),
        "total": len(rows),
        "enough": 100 * ENOUGH,
    }
    live = request.headers.get("HX-Request") == "true"
    return render(request, "authoring/_checks.html" if live else "authoring/checks.html", context)


@require_POST
@login_required
def start(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """Check what was not checked since it changed, or the one exercise that is named again."""
    release = release_or_404(request, course, number)
    only = request.POST.get("exercise")
    asked = asking.ask(release, by=signed_in(request), only=None if only is None else {only})
    if asked:
        message = ngettext("%(count)d exercise is being checked.", "%(count)d exercises are being checked.", asked)
        messages.success(request, message % {"count": asked})
    else:
        messages.info(request, _("All exercises are checked, or being checked. Nothing was begun."))
    return redirect("studio:checks", course, number)


@require_POST
@login_required
def stop(request: HttpRequest, course: str, number: int) -> HttpResponse:
    release = release_or_404(request, course, number)
    if asking.stop(release):
        messages.success(request, _("The checks were stopped. What was found is kept."))
    return redirect("studio:checks", course, number)
