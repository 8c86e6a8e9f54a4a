"""Joining, and a team's own page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.competitions import joining
from courses.competitions.framing import Frame
from courses.competitions.models import Invitation, Participant, Team
from courses.competitions.refusing import CompetitionRefused


@require_POST
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    accepts = request.POST.get("accept") == "yes"
    done = _try(request, lambda: joining.join(signed_in(request), frame.edition, accepts=accepts, at=frame.at))
    if done:
        messages.success(request, _("You take part. Look at the data, and hand in your first entry."))
    return redirect("competitions:submit" if done else "competitions:overview", slug)


@require_safe
@login_required
def team(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    if frame.team is None:
        messages.info(request, _("Join the competition first: read its rules and accept them."))
        return redirect(frame.edition.competition)
    context = {
        "members": frame.team.members.select_related("user"),
        "sent": frame.team.invitations.select_related("guest"),
        "received": frame.team.invited.select_related("host"),
        "size": frame.edition.spec["teams"]["size"],
        "may_change": (
            frame.edition.competition.revealed_at is None
            and frame.team.finished_at is None
            and frame.schedule.may_merge(frame.at)
        ),
    }
    return frame.render(request, "team.html", page="team", **context)


@require_POST
@login_required
def rename(request: HttpRequest, slug: str) -> HttpResponse:
    _frame, own, _member = _own(request, slug)
    if _try(request, lambda: joining.rename(own, name=request.POST.get("name", ""))):
        messages.success(request, _("The team has its new name."))
    return redirect("competitions:team", slug)


@require_POST
@login_required
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    frame, own, member = _own(request, slug)
    name = request.POST.get("name", "")[:200]
    asked = lambda: joining.invite(own, frame.edition, guest_name=name, by=member.user, at=frame.at)  # noqa: E731
    if _try(request, asked):
        messages.success(request, _("The invitation waits on the page of the other team."))
    return redirect("competitions:team", slug)


@require_POST
@login_required
def accept(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    frame, own, _member = _own(request, slug)
    invitation = get_object_or_404(own.invited, pk=pk)
    if _try(request, lambda: joining.accept(invitation, frame.edition, at=frame.at)):
        messages.success(request, _("You are one team now. Its entries are those of both."))
    return redirect("competitions:team", slug)


@require_POST
@login_required
def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Either side takes an invitation away."""
    _frame, own, _member = _own(request, slug)
    mine = Invitation.objects.filter(guest=own) | Invitation.objects.filter(host=own)
    joining.decline(get_object_or_404(mine, pk=pk))
    return redirect("competitions:team", slug)


@require_POST
@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    frame, _team, member = _own(request, slug)
    if _try(request, lambda: joining.leave(member, frame.edition, at=frame.at)):
        messages.success(request, _("You have a team of your own again."))
    return redirect("competitions:team", slug)


def _own(request: HttpRequest, slug: str) -> tuple[Frame, Team, Participant]:
    """The frame, the team and the membership of who asks; 404 for who does not take part."""
    frame = Frame.of(request, slug)
    if frame.participant is None:
        raise Http404
    return frame, frame.participant.team, frame.participant


def _try(request: HttpRequest, action: Callable[[], object]) -> bool:
    """Do it, or say why not."""
    try:
        action()
    except CompetitionRefused as error:
        messages.error(request, str(error))
        return False
    return True
