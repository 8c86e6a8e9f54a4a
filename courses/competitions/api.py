"""Competitions in the API: what the pages do, by the same functions, and with the same rule of who sees which score."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from courses.api.auth import caller
from courses.competitions import entering, exports, joining, standings
from courses.competitions.boards import BoardName, board_page
from courses.competitions.framing import Frame, metric_name
from courses.competitions.models import Edition, Entry, Team
from courses.competitions.reading import editions_for
from courses.competitions.refusing import CompetitionRefused
from courses.competitions.schedule import Phase, Schedule
from courses.competitions.showing import ShownEntry, show, show_all, with_all

router = Router(tags=["competitions"])

MAX_ENTRIES = 200


class Participation(Schema):
    """To join, say that you accept the rules."""

    accept_rules: bool


class NewEntry(Schema):
    files: dict[str, Any]
    note: str = ""


class FinalEntries(Schema):
    entries: list[int]


class TeamName(Schema):
    name: str


@router.get("/competitions", auth=None, response=list[dict[str, Any]])
def list_competitions(request: HttpRequest) -> list[dict[str, Any]]:
    """The competitions that everybody sees, or that the token's owner does."""
    frames = [(edition, Schedule.of(edition)) for edition in editions_for(request.user)]
    return [_brief(edition, schedule) for edition, schedule in frames]


@router.get("/competitions/{slug}", response=dict[str, Any])
def read_competition(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What it asks, its pages as HTML, its files, its phases, and what your team may still hand in."""
    frame = _frame(request, slug)
    edition, spec = frame.edition, frame.edition.spec
    return {
        **_brief(edition, frame.schedule),
        "pages": {page: edition.page_html(page) for page in ("overview", "rules", "data", "evaluation")},
        "files": [{"name": file["name"], "size": file["size"], "rows": file["rows"]} for file in edition.files],
        "table": spec["table"],
        "rows": len(edition.ids),
        "phases": [_phase(phase) for phase in frame.schedule.phases],
        "team": _team(frame.team) if frame.team else None,
        "allowance": _allowance(frame),
    }


@router.post("/competitions/{slug}/participation", response={201: dict[str, Any]})
def join(request: HttpRequest, slug: str, body: Participation) -> Status[dict[str, Any]]:
    frame = _frame(request, slug)
    member = joining.join(caller(request), frame.edition, accepts=body.accept_rules, at=frame.at)
    return Status(201, {"competition": slug, "team": _team(member.team)})


@router.get("/competitions/{slug}/entries", response=list[dict[str, Any]])
def list_entries(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    """Your team's entries, the latest first."""
    frame = _frame(request, slug)
    return [_entry(each) for each in show_all(with_all(_own(frame).entries.all())[:MAX_ENTRIES], frame)]


@router.post("/competitions/{slug}/entries", response={201: dict[str, Any]})
def enter(request: HttpRequest, slug: str, body: NewEntry) -> Status[dict[str, Any]]:
    """Hand in. A table that cannot be scored is answered with 400 and the rows, and nothing is spent."""
    frame = _frame(request, slug)
    entry = entering.enter(caller(request), frame.edition, files=body.files, note=body.note, at=frame.at)
    return Status(201, _entry(show(with_all(Entry.objects.all()).get(pk=entry.pk), frame)))


@router.get("/competitions/{slug}/entries/{int:pk}", response=dict[str, Any])
def read_entry(request: HttpRequest, slug: str, pk: int) -> dict[str, Any]:
    frame = _frame(request, slug)
    visible = Entry.objects.visible_to(caller(request)).filter(competition=frame.edition.competition, pk=pk)
    found = with_all(visible).first()
    if found is None:
        raise Http404(_("There is no such entry, or it is not yours to see."))
    return _entry(show(found, frame))


@router.put("/competitions/{slug}/final", response=list[dict[str, Any]])
def choose_finals(request: HttpRequest, slug: str, body: FinalEntries) -> list[dict[str, Any]]:
    """Choose your team's final entries; none: its best public ones."""
    frame = _frame(request, slug)
    standings.choose_finals(_own(frame), frame.edition, entries=body.entries, at=frame.at)
    return list_entries(request, slug)


@router.post("/competitions/{slug}/finish", response=dict[str, Any])
def finish(request: HttpRequest, slug: str) -> dict[str, Any]:
    """End a competition at your own pace."""
    frame = _frame(request, slug)
    standings.finish(_own(frame), frame.edition, at=frame.at)
    return read_competition(request, slug)


@router.get("/competitions/{slug}/leaderboard", response=dict[str, Any])
def leaderboard(
    request: HttpRequest,
    slug: str,
    board: str = "public",
    after: str = "",
    format: str = "",  # noqa: A002
) -> dict[str, Any] | HttpResponse:
    """A page of the public board, or of the private one once it may be seen. ``?format=csv`` gives all of it."""
    frame = _frame(request, slug)
    if board not in ("public", "private") or (board == "private" and not frame.sees_private):
        raise Http404(_("There is no such board, or its time has not come."))
    name: BoardName = "private" if board == "private" else "public"
    if format == "csv":
        return exports.board_csv(frame.edition, name)  # type: ignore[return-value]  # a streaming response
    page = board_page(frame.edition, name, after=after, own=frame.team)
    return {
        "board": board,
        "teams": page.teams,
        "rows": [asdict(row) for row in page.rows],
        "own": asdict(page.mine) if page.mine else None,
        "next": page.later,
    }


@router.post("/competitions/{slug}/team/invitations", response={201: dict[str, Any]})
def invite(request: HttpRequest, slug: str, body: TeamName) -> Status[dict[str, Any]]:
    """Ask a person, by user name, or a team to become one with yours."""
    frame = _frame(request, slug)
    made = joining.invite(_own(frame), frame.edition, guest_name=body.name, by=caller(request), at=frame.at)
    return Status(201, {"id": made.pk, "guest": made.guest.name})


@router.get("/competitions/{slug}/team", response=dict[str, Any])
def read_team(request: HttpRequest, slug: str) -> dict[str, Any]:
    own = _own(_frame(request, slug))
    received = [{"id": each.pk, "host": each.host.name} for each in own.invited.select_related("host")]
    members = list(own.members.values_list("user__username", flat=True))
    return {**_team(own), "members": members, "invitations": received}


@router.post("/competitions/{slug}/team/invitations/{int:pk}/accept", response=dict[str, Any])
def accept(request: HttpRequest, slug: str, pk: int) -> dict[str, Any]:
    frame = _frame(request, slug)
    invitation = _own(frame).invited.filter(pk=pk).first()
    if invitation is None:
        raise Http404(_("There is no such invitation."))
    joining.accept(invitation, frame.edition, at=frame.at)
    return read_team(request, slug)


@router.post("/competitions/{slug}/team/leave", response=dict[str, Any])
def leave(request: HttpRequest, slug: str) -> dict[str, Any]:
    frame = _frame(request, slug)
    _own(frame)
    assert frame.participant is not None
    joining.leave(frame.participant, frame.edition, at=frame.at)
    return read_team(request, slug)


def _frame(request: HttpRequest, slug: str) -> Frame:
    request.user = caller(request)
    return Frame.of(request, slug)


def _own(frame: Frame) -> Team:
    if frame.team is None:
        raise CompetitionRefused(_("Join the competition first: read its rules and accept them."))
    return frame.team


def _brief(edition: Edition, schedule: Schedule) -> dict[str, Any]:
    return {
        "slug": edition.competition.slug,
        "course": edition.competition.course.slug,
        "title": edition.title_text,
        "summary": edition.summary_text,
        "entry": edition.spec["entry"],
        "metric": metric_name(edition),
        "starts": schedule.starts.isoformat() if schedule.starts else None,
        "ends": schedule.ends.isoformat() if schedule.ends else None,
        "time_zone": schedule.zone.key,
        "revealed": edition.competition.revealed_at is not None,
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "slug": phase.slug,
        "title": phase.title_text,
        "starts": phase.starts.isoformat() if phase.starts else None,
        "ends": phase.ends.isoformat() if phase.ends else None,
        "daily": phase.daily,
        "total": phase.total,
        "counts": phase.counts,
    }


def _team(team: Team) -> dict[str, Any]:
    return {"id": team.pk, "name": team.name, "entries": team.entry_count, "public_score": team.public_score}


def _allowance(frame: Frame) -> dict[str, Any] | None:
    allowed = frame.allowance
    if allowed is None:
        return None
    midnight = allowed.midnight.isoformat() if allowed.midnight else None
    return {"today": allowed.today, "left": allowed.left, "day_ends": midnight, "refusal": allowed.refusal}


def _entry(shown: ShownEntry) -> dict[str, Any]:
    entry = shown.entry
    found = {
        "id": entry.pk,
        "state": entry.state.value,
        "created": entry.created.isoformat(),
        "phase": entry.phase,
        "practice": entry.practice,
        "note": entry.note,
        "public_score": shown.public_score,
        "improved": entry.improved,
        "measures": entry.measures,
        "final": shown.final,
        "selected": entry.selected,
        "spent": entry.spent,
        "message": shown.reason,
        "position": shown.position,
    }
    return found if shown.private_score is None else {**found, "private_score": shown.private_score}
