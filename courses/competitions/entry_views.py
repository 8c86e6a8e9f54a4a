"""A team's entries: handing in, looking at them, choosing final ones."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.competitions import entering, standings, tables
from courses.competitions.charting import history_chart
from courses.competitions.framing import Frame
from courses.competitions.models import Entry, EntryFiles
from courses.competitions.refusing import CompetitionRefused, EntryRefused
from courses.competitions.showing import show, show_all, with_all
from courses.exercises.requests import wants_fragment

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and what became of it. What is refused is told in the page, and has spent nothing."""
    frame = Frame.of(request, slug)
    if frame.team is None:
        messages.info(request, _("Join the competition first: read its rules and accept them."))
        return redirect(frame.edition.competition)
    scored_by = frame.edition.competition.scored_by or frame.edition
    context: dict[str, Any] = {
        "page": "submit",
        "names": tables.files_of(scored_by),
        "scored_by": scored_by,
        "limit": tables.limit_of(scored_by),
    }
    if request.method != "POST":
        return frame.render(request, "submit.html", **context)
    note = request.POST.get("note", "")
    try:
        files = _posted(request, frame)
        entry = entering.enter(signed_in(request), frame.edition, files=files, note=note, at=frame.at)
    except CompetitionRefused as error:
        return frame.render(
            request, "submit.html", status=error.status, refusal=str(error).split("\n"), note=note, **context
        )
    return redirect(entry)


def _posted(request: HttpRequest, frame: Frame) -> dict[str, object]:
    scored_by = frame.edition.competition.scored_by or frame.edition
    sent = {name.removeprefix("file:"): file for name, file in request.FILES.items() if name.startswith("file:")}
    if not sent:
        raise EntryRefused(_("Choose a file first."))
    return tables.uploaded(scored_by, sent)  # type: ignore[arg-type]  # one file for each name


@require_safe
@login_required
def entries(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    if frame.team is None:
        messages.info(request, _("Join the competition first: read its rules and accept them."))
        return redirect(frame.edition.competition)
    own = with_all(frame.team.entries.all())[:SHOWN]
    shown = show_all(own, frame)
    context: dict[str, Any] = {
        "entries": shown,
        "chart": history_chart([each.entry for each in shown], frame.ranking),
        "may_choose": not frame.sees_private and not frame.schedule.has_ended(frame.at),
        "waiting": any(each.entry.ended is None for each in shown),
    }
    template = "parts/entries.html" if wants_fragment(request) else "entries.html"
    return frame.render(request, template, page="entries", **context)


@require_safe
@login_required
def entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    frame = Frame.of(request, slug)
    found = _entry_or_404(request, frame, pk)
    template = "parts/entry.html" if wants_fragment(request) else "entry.html"
    return frame.render(request, template, page="entries", shown=show(found, frame), names=_names(found))


@require_safe
@login_required
def entry_file(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    text = get_object_or_404(EntryFiles, entry=_entry_or_404(request, frame, pk)).files.get(name)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=PurePosixPath(name).name)
    return response


@require_POST
@login_required
def choose_finals(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.of(request, slug)
    if frame.team is None:
        raise Http404
    chosen = [int(value) for value in request.POST.getlist("final") if value.isdecimal() and len(value) < 19]
    try:
        standings.choose_finals(frame.team, frame.edition, entries=chosen, at=frame.at)
        messages.success(request, _("The final entries are saved."))
    except CompetitionRefused as error:
        messages.error(request, str(error))
    return redirect("competitions:entries", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    """End at one's own pace: asked first, as it cannot be undone."""
    frame = Frame.of(request, slug)
    if frame.team is None or not frame.schedule.is_self_paced:
        raise Http404
    if request.method != "POST":
        final = frame.ranking.final(frame.team.entries.counting())
        return frame.render(request, "finish.html", page="entries", finals=final)
    try:
        standings.finish(frame.team, frame.edition, at=frame.at)
    except CompetitionRefused as error:
        messages.error(request, str(error))
        return redirect("competitions:entries", slug)
    return redirect("competitions:leaderboard", slug)


def _entry_or_404(request: HttpRequest, frame: Frame, pk: int) -> Entry:
    visible = Entry.objects.visible_to(signed_in(request)).filter(competition=frame.edition.competition)
    return get_object_or_404(with_all(visible), pk=pk)


def _names(entry: Entry) -> list[str]:
    content = EntryFiles.objects.filter(entry=entry).first()
    return list(content.files) if content else []
