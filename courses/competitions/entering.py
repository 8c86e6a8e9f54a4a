"""The one owner of entering: pages and the API both call it. What is refused here has cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.competitions import tables
from courses.competitions.limits import Allowance, allowance
from courses.competitions.models import Edition, Entry, EntryFiles, Participant, Team
from courses.competitions.refusing import CompetitionRefused, EntryRefused
from courses.competitions.schedule import Schedule
from courses.competitions.tables import Answer
from graders.competition import TEST
from workers.pools import jobs
from workers.pools.models import Job

KIND = "entry"
MAX_NOTE = 120
DEFAULT_POOL = "cpu"


def enter(user: User, edition: Edition, *, files: Mapping[str, object], note: str = "", at: datetime) -> Entry:
    """Hand in an entry of the user's team: checked as a whole, counted, and queued in the competition lane.

    Raises:
        EntryRefused: it cannot be scored; the message names row and remedy.
        CompetitionRefused: not joined, not open, or no entry is left.
    """
    scored_by = edition.competition.scored_by
    if scored_by is None:
        raise CompetitionRefused(_("This competition cannot score anything yet."))
    schedule = Schedule.of(edition)
    team = _team_of(user, edition)
    _check_allowance(
        team, edition, schedule, at=at
    )  # asked again below: whoever may not enter need not wait for a check
    answer = tables.clean(scored_by, files)
    with transaction.atomic():
        team = Team.objects.select_for_update(of=("self",)).get(pk=_team_of(user, edition).pk)
        allowed = _check_allowance(team, edition, schedule, at=at)
        if not edition.is_code:
            _check_new(team, answer)
        entry = Entry.objects.create(
            competition=edition.competition,
            team=team,
            user=user,
            created=at,
            phase=allowed.phase.slug if allowed.phase else "",
            counts=allowed.phase.counts if allowed.phase else False,
            practice=allowed.practice,
            note=" ".join(note.split())[:MAX_NOTE],
            digest=answer.digest,
        )
        EntryFiles.objects.create(entry=entry, files=dict(answer.files))
        queue(entry, scored_by, files=answer.files)
    return entry


def enter_baseline(team: Team, edition: Edition, *, files: Mapping[str, str], at: datetime) -> None:
    """Have a baseline scored like any entry, unless the same one was. It costs nobody anything."""
    scored_by = edition.competition.scored_by
    if scored_by is None:
        return
    answer = tables.clean(scored_by, files)
    if team.entries.filter(digest=answer.digest).exists():
        return
    entry = Entry.objects.create(
        competition=edition.competition, team=team, created=at, digest=answer.digest, spent=False
    )
    EntryFiles.objects.create(entry=entry, files=dict(answer.files))
    queue(entry, scored_by, files=answer.files)


def queue(entry: Entry, scored_by: Edition, *, files: Mapping[str, str]) -> None:
    """Give an entry to the queue, in the transaction that writes it."""
    account = f"user:{entry.user_id}" if entry.user_id else f"competition:{entry.competition_id}"
    entry.job = enqueue(
        scored_by, kind=KIND, owner=f"entry:{entry.pk}", account=account, lane="competition", files=files
    )
    entry.save(update_fields=["job"])


def enqueue(scored_by: Edition, *, kind: str, owner: str, account: str, lane: str, files: Mapping[str, str]) -> Job:
    """A job that scores files by an edition. Raises ``CompetitionRefused`` where a limit of the pool forbids it."""
    spec = scored_by.spec
    limits, needs = spec["limits"], spec["needs"]
    try:
        return jobs.enqueue(
            kind=kind,
            owner=owner,
            account=account,
            group=f"competition:{scored_by.competition_id}",
            pool=spec["pool"] or ("gpu" if needs["device"] == "cuda" else DEFAULT_POOL),
            lane=lane,
            bundle=scored_by.bundle,
            files=files,
            tests="hidden",
            work=f"competition/{scored_by.competition_id}/{TEST}",
            max_seconds=3 * (limits["load_seconds"] + limits["seconds"]) + 300,
            device=needs["device"],
            memory_mb=needs["memory_mb"],
            runtime=spec["runtime"],
        )
    except jobs.Refused as error:
        raise CompetitionRefused(str(error)) from error


def _team_of(user: User, edition: Edition) -> Team:
    participant = Participant.objects.filter(user=user, competition=edition.competition).select_related("team").first()
    if participant is None:
        raise CompetitionRefused(_("Join the competition first: read its rules and accept them."))
    return participant.team


def _check_allowance(team: Team, edition: Edition, schedule: Schedule, *, at: datetime) -> Allowance:
    allowed = allowance(team, edition, schedule, at=at)
    if not allowed.is_open:
        raise CompetitionRefused(allowed.refusal)
    return allowed


def _check_new(team: Team, answer: Answer) -> None:
    """The same table again would get the same score: the team is told, and keeps its entry."""
    earlier = team.entries.filter(digest=answer.digest).exclude(ended__isnull=False, public_score=None).first()
    if earlier is not None:
        raise EntryRefused(_("This is the same table as entry #%(number)d of your team.") % {"number": earlier.pk})
