"""How many entries a team may still make: today, and in this phase. Pages, API and entering all ask here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.competitions.models import Edition, Entry, EntryQuerySet, Participant, Team
from courses.competitions.schedule import Phase, Schedule


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a team may do at one moment."""

    phase: Phase | None  #: None: practice, or nothing
    practice: bool
    today: int = 0  #: entries left until midnight in the competition's zone
    left: int | None = None  #: entries left in this phase; None: no limit
    midnight: datetime | None = None
    refusal: str = ""  #: why none is taken now; empty: one is

    @property
    def is_open(self) -> bool:
        return not self.refusal


def spent_by(team: Team) -> EntryQuerySet:
    """The entries that a team is charged for: its own, and those that its members have made in teams before.

    So nobody gets a fresh allowance by leaving a team, or by founding one.
    """
    members = Participant.objects.filter(team=team).values("user")
    return Entry.objects.filter(Q(team=team) | Q(user__in=members), competition=team.competition_id, spent=True)


def allowance(team: Team, edition: Edition, schedule: Schedule, *, at: datetime) -> Allowance:
    """What the rules of the competition leave to a team."""
    if team.disqualified_at is not None:
        return Allowance(phase=None, practice=False, refusal=_("This team is disqualified."))
    over = edition.competition.revealed_at is not None or team.finished_at is not None or schedule.has_ended(at)
    phase = None if over else schedule.phase(at)
    if phase is None and not (over and schedule.practice):
        return Allowance(phase=None, practice=False, refusal=_closed(schedule, over=over, at=at))
    daily = phase.daily if phase else schedule.phases[-1].daily
    begins, ends = schedule.day(at)
    spent = spent_by(team)
    today = daily - spent.filter(created__gte=begins, created__lt=ends, practice=over).count()
    left = phase.total - spent.filter(phase=phase.slug, practice=False).count() if phase else None
    refusal = ""
    if left is not None and left <= 0:
        refusal = _("The team has made all its entries of this phase.")
    elif today <= 0:
        refusal = ngettext(
            "The team has made its %(count)d entry of today. The next may come from %(time)s on.",
            "The team has made its %(count)d entries of today. The next may come from %(time)s on.",
            daily,
        ) % {"count": daily, "time": moment(ends, schedule)}
    return Allowance(
        phase=phase, practice=over, today=max(0, today), left=None if left is None else max(0, left), midnight=ends,
        refusal=refusal,
    )  # fmt: skip


def moment(at: datetime, schedule: Schedule) -> str:
    """A moment as the competition's clocks show it, with the name of their zone."""
    local = timezone.localtime(at, schedule.zone)
    return f"{formats.date_format(local, 'DATETIME_FORMAT')} ({schedule.zone.key})"


def _closed(schedule: Schedule, *, over: bool, at: datetime) -> str:
    if over:
        return _("The competition has ended and takes no more entries.")
    following = schedule.next_phase(at)
    if following is None or following.starts is None:
        return _("The competition takes no entries now.")
    return _("The next entry is taken from %(time)s on.") % {"time": moment(following.starts, schedule)}
