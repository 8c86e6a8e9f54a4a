"""What organisers decide about teams, with a preview and an audit line; and what they may want to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.competitions import standings
from courses.competitions.models import Competition, Edition, Entry, Participant, Team
from courses.competitions.ranking import Ranking
from courses.competitions.refusing import CompetitionRefused
from workers.audit import trail
from workers.audit.trail import PERSON

SHOWN = 20
MAX_REASON = 300


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a disqualification, or taking one back, would change on the boards that may be seen now."""

    team: Team
    board: str  #: the one that counts at the moment
    rank: int | None  #: the team's rank on it, now or when it is back
    behind: int  #: teams whose rank changes by one


@dataclass(frozen=True, kw_only=True)
class SameFile:
    """One file that came from several teams."""

    digest: str
    entries: list[Entry]


def subject(competition: Competition) -> str:
    return f"competition:{competition.slug}"


def preview(team: Team, edition: Edition) -> Preview:
    board = "private" if edition.competition.revealed_at else "public"
    ranking = Ranking.of(edition)
    key, since = getattr(team, f"{board}_key"), getattr(team, f"{board}_at")
    others = Team.objects.ranked().filter(competition=edition.competition, **{f"{board}_key__isnull": False})
    others = others.exclude(pk=team.pk)
    if key is None:
        return Preview(team=team, board=board, rank=None, behind=0)
    ahead = others.filter(**{f"{board}_key__lt": key}).count()
    if not ranking.shared:
        ahead += others.filter(**{f"{board}_key": key, f"{board}_at__lt": since}).count()
    return Preview(team=team, board=board, rank=ahead + 1, behind=others.filter(**{f"{board}_key__gte": key}).count())


def disqualify(team: Team, edition: Edition, *, reason: str, by: User, at: datetime) -> None:
    """Take a team off the boards; its members keep their entries and see why. Raises ``CompetitionRefused``."""
    reason = " ".join(reason.split())[:MAX_REASON]
    if not reason:
        raise CompetitionRefused(_("Say why: the team and the audit trail are told."))
    with transaction.atomic():
        changes = {"disqualified_at": at, "disqualified_because": reason}
        found = Team.objects.filter(pk=team.pk, disqualified_at=None, baseline="", merged_into=None)
        if found.update(**changes) != 1:
            raise CompetitionRefused(_("This team is disqualified already, or is none that can be."))
        _tell(edition, "competition.disqualify", by=by, team=team, reason=reason)
        _renew(edition)


def reinstate(team: Team, edition: Edition, *, reason: str, by: User) -> None:
    """Take a disqualification back."""
    with transaction.atomic():
        found = Team.objects.filter(pk=team.pk, disqualified_at__isnull=False)
        if found.update(disqualified_at=None, disqualified_because="") == 1:
            _tell(edition, "competition.reinstate", by=by, team=team, reason=" ".join(reason.split())[:MAX_REASON])
            _renew(edition)


def _tell(edition: Edition, action: str, *, by: User, team: Team, reason: str) -> None:
    members = list(team.members.values_list("user__username", flat=True))
    details = {"team": team.name, "members": members, "reason": reason}
    trail.record(f"{PERSON}{by.pk}", action, subject=subject(edition.competition), details=details)


def _renew(edition: Edition) -> None:
    """Ranks of a revealed board are kept; the others are counted when they are read."""
    standings.rerank(edition.competition, Ranking.of(edition))


def same_files(competition: Competition) -> list[SameFile]:
    """Files that came from more than one team: a shared account, a shared answer, or the baseline handed in."""
    several = (
        Entry.objects.filter(competition=competition)
        .values("digest")
        .annotate(teams=Count("team", distinct=True))
        .filter(teams__gt=1)
        .order_by("-teams", "digest")[:SHOWN]
    )
    digests = [row["digest"] for row in several]
    entries = Entry.objects.filter(competition=competition, digest__in=digests).select_related("team", "user")
    found: dict[str, list[Entry]] = {digest: [] for digest in digests}
    for entry in entries.order_by("pk"):
        found[entry.digest].append(entry)
    return [SameFile(digest=digest, entries=rows[:SHOWN]) for digest, rows in found.items()]


def same_people(competition: Competition) -> list[list[Participant]]:
    """Participants whose accounts may be one person's: the same mailbox, or the same full name, in different teams."""
    groups: dict[str, dict[int, Participant]] = {}
    for member in Participant.objects.filter(competition=competition).select_related("user", "team"):
        for sign in (_mailbox(member.user.email), member.user.get_full_name().casefold().strip()):
            if sign:
                groups.setdefault(sign, {})[member.pk] = member
    several = [list(group.values()) for group in groups.values()]
    return [group for group in several if len({member.team_id for member in group}) > 1][:SHOWN]


def _mailbox(email: str) -> str:
    """What is behind the spellings of one mailbox: no tag after a plus, no dots in the part before the at."""
    local, at, domain = email.casefold().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}" if at else ""
