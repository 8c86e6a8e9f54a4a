"""The pages of a competition that everybody may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from courses.authoring.models import ReleaseFile
from courses.authoring.source.competitions import FOLDER
from courses.competitions import exports
from courses.competitions.boards import BoardName, board_page
from courses.competitions.framing import Frame
from courses.competitions.models import Edition, Participant
from courses.competitions.reading import editions_for
from courses.competitions.schedule import Schedule, Stage
from courses.exercises.requests import wants_fragment


@dataclass(frozen=True, kw_only=True)
class Card:
    """One competition in the list."""

    edition: Edition
    schedule: Schedule
    stage: Stage

    @classmethod
    def of(cls, edition: Edition, at: datetime) -> Card:
        schedule = Schedule.of(edition)
        return cls(edition=edition, schedule=schedule, stage=schedule.stage(at))


@require_safe
def competition_list(request: HttpRequest) -> HttpResponse:
    """Those that run, that come, that are there for practice, and that are over."""
    at = timezone.now()
    order = list(Stage)
    cards = [Card.of(edition, at) for edition in editions_for(request.user)]
    cards.sort(key=lambda card: (order.index(card.stage), card.edition.competition.slug))
    joined = set()
    if request.user.is_authenticated:
        joined = set(Participant.objects.filter(user=request.user).values_list("competition", flat=True))
    sections = [(stage, list(own)) for stage, own in groupby(cards, key=lambda card: card.stage)]
    return render(request, "competitions/list.html", {"sections": sections, "joined": joined})


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    return frame.render(request, "overview.html", page="overview", html=frame.edition.page_html("overview"))


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    return frame.render(request, "text.html", page="rules", html=frame.edition.page_html("rules"))


@require_safe
def evaluation(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    return frame.render(request, "text.html", page="evaluation", html=frame.edition.page_html("evaluation"))


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    return frame.render(request, "data.html", page="data", html=frame.edition.page_html("data"))


@require_safe
def data_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A file for participants. Only what the edition lists is there: nothing of hidden/ has an address."""
    frame = Frame.of(request, slug)
    if name not in {file["name"] for file in frame.edition.files}:
        raise Http404
    path = f"{FOLDER}/{slug}/data/{name}"
    found = ReleaseFile.objects.select_related("source").filter(release=frame.edition.release_id, path=path).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.source.content), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=PurePosixPath(name).name)
    return response


@require_safe
def leaderboard(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The public board, or the private one once it may be seen; as a page, its moving part alone, or CSV."""
    frame = Frame.of(request, slug)
    board: BoardName = "private" if _wants_private(request, frame) else "public"
    if request.GET.get("format") == "csv":
        return exports.board_csv(frame.edition, board)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    shown = board_page(frame.edition, board, after=after, before=before, own=frame.team)
    template = "parts/board.html" if wants_fragment(request) else "leaderboard.html"
    return frame.render(request, template, page="leaderboard", board=shown, after=after, before=before)


def _wants_private(request: HttpRequest, frame: Frame) -> bool:
    """Asked for before its time the private board does not exist; once it is there it comes first."""
    wanted = request.GET.get("board", "")
    if wanted == "private" and not frame.sees_private:
        raise Http404
    return frame.sees_private if wanted not in ("public", "private") else wanted == "private"
