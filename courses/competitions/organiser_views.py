"""The organiser's pages. To everybody else they do not exist; private scores are on none of them before their time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.accounts.current import signed_in
from courses.competitions import conduct, exports, rescoring
from courses.competitions.framing import Frame
from courses.competitions.models import Rescoring, Team
from courses.competitions.refusing import CompetitionRefused
from workers.audit.models import AuditEvent

SHOWN = 50


@require_safe
@login_required
def organise(request: HttpRequest, slug: str) -> HttpResponse:
    frame = _frame_or_404(request, slug)
    competition = frame.edition.competition
    wanted = request.GET.get("team", "").strip()
    teams = Team.objects.filter(competition=competition, baseline="", merged_into=None)
    if wanted:
        teams = teams.filter(name__icontains=wanted) | teams.filter(members__user__username__iexact=wanted)
    context: dict[str, Any] = {
        "teams": teams.distinct().order_by("name")[:SHOWN],
        "wanted": wanted,
        "counts": {
            "teams": Team.objects.ranked().filter(competition=competition).count(),
            "people": competition.participants.count(),
            "entries": competition.entries.count(),
            "waiting": competition.entries.waiting().count(),
        },
        "same_files": conduct.same_files(competition),
        "same_people": conduct.same_people(competition),
        "rescoring": rescoring.open_of(competition),
        "rescore_waits": rescoring.waits(frame.edition),
        "trail": AuditEvent.objects.filter(subject=conduct.subject(competition))[:SHOWN],
    }
    return frame.render(request, "organise.html", page="organise", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def judge_team(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Disqualify a team, or take that back: what it changes is shown first."""
    frame = _frame_or_404(request, slug)
    competition = frame.edition.competition
    team = get_object_or_404(Team, competition=competition, pk=pk, baseline="", merged_into=None)
    if request.method != "POST":
        context: dict[str, Any] = {
            "judged": team,
            "preview": conduct.preview(team, frame.edition),
            "members": team.members.all(),
        }
        return frame.render(request, "judge.html", page="organise", **context)
    reason, by = request.POST.get("reason", ""), signed_in(request)
    try:
        if team.disqualified_at is None:
            conduct.disqualify(team, frame.edition, reason=reason, by=by, at=frame.at)
            messages.success(request, _("“%(name)s” is off the boards.") % {"name": team.name})
        else:
            conduct.reinstate(team, frame.edition, reason=reason, by=by)
            messages.success(request, _("“%(name)s” is on the boards again.") % {"name": team.name})
    except CompetitionRefused as error:
        messages.error(request, str(error))
        return redirect("competitions:judge-team", slug, pk)
    return redirect("competitions:organise", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rescore(request: HttpRequest, slug: str) -> HttpResponse:
    """Score all entries by the current release: start, look at what it would change, apply or drop."""
    frame = _frame_or_404(request, slug)
    current = rescoring.open_of(frame.edition.competition)
    if request.method != "POST":
        context: dict[str, Any] = {
            "rescoring": current,
            "preview": rescoring.preview(current) if current else None,
            "waits": rescoring.waits(frame.edition),
            "past": Rescoring.objects.filter(competition=frame.edition.competition).exclude(state="scoring")[:SHOWN],
        }
        return frame.render(request, "rescore.html", page="organise", **context)
    try:
        _change(request, frame, current)
    except CompetitionRefused as error:
        messages.error(request, str(error))
    return redirect("competitions:rescore", slug)


def _change(request: HttpRequest, frame: Frame, current: Rescoring | None) -> None:
    by = signed_in(request)
    match request.POST.get("action"), current:
        case "start", None:
            rescoring.start(frame.edition, reason=request.POST.get("reason", ""), by=by, at=frame.at)
        case "apply", Rescoring():
            rescoring.apply(current, by=by)
            messages.success(request, _("The new scores count."))
        case "drop", Rescoring():
            rescoring.drop(current, by=by)
            messages.success(request, _("The new scores are dropped; everything is as it was."))
        case _:
            raise Http404


@require_safe
@login_required
def entries_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    return exports.entries_csv(_frame_or_404(request, slug).edition)


def _frame_or_404(request: HttpRequest, slug: str) -> Frame:
    frame = Frame.of(request, slug)
    if not frame.organises:
        raise Http404
    return frame
