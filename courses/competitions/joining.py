"""The one owner of taking part: joining by accepting the rules, and teams that ask each other to become one."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.cohorts.models import Enrollment
from courses.competitions import standings
from courses.competitions.limits import moment, spent_by
from courses.competitions.models import Edition, Entry, Invitation, Participant, Team
from courses.competitions.ranking import Ranking
from courses.competitions.refusing import CompetitionRefused
from courses.competitions.schedule import Schedule, Stage

MAX_NAME = 60


def rules_digest(edition: Edition) -> str:
    """What is accepted: the rules' page in all its languages."""
    return hashlib.sha256(json.dumps(edition.texts["rules"], sort_keys=True).encode()).hexdigest()


def join(user: User, edition: Edition, *, accepts: bool, at: datetime) -> Participant:
    """Take part, in a team of one's own. Doing it again changes nothing but which rules were accepted.

    Raises ``CompetitionRefused``: the rules are not accepted, it is for a cohort only, or it is over.
    """
    if not accepts:
        raise CompetitionRefused(_("Accept the rules to join."))
    competition = edition.competition
    member = Enrollment.objects.filter(user=user, course=competition.course_id, cohort__slug=edition.cohort)
    if edition.cohort and not member.exists():
        raise CompetitionRefused(_("This competition is for one cohort of the course, and you are not in it."))
    schedule = Schedule.of(edition)
    if schedule.stage(at) == Stage.PAST and not schedule.practice:
        raise CompetitionRefused(_("The competition has ended and takes no more entries."))
    known = Participant.objects.filter(user=user, competition=competition).first()
    if known is not None:
        Participant.objects.filter(pk=known.pk).update(rules=rules_digest(edition))
        return known
    try:
        with transaction.atomic():
            team = _found_team(user, edition, at=at)
            return Participant.objects.create(
                competition=competition, user=user, team=team, joined=at, rules=rules_digest(edition)
            )
    except IntegrityError:  # two clicks at once: the other one has joined
        return Participant.objects.get(user=user, competition=competition)


def _found_team(user: User, edition: Edition, *, at: datetime) -> Team:
    """A team of one, called as its person unless somebody else has taken that name."""
    name = clean_name(user.display_name) or f"team {user.pk}"
    teams = Team.objects.filter(competition=edition.competition)
    if teams.filter(name=name).exists():
        name = f"{name[: MAX_NAME - 16]} ({user.pk})"
    number = 1
    while teams.filter(name=name).exists():
        number += 1
        name = f"{name[: MAX_NAME - 20]} ({user.pk}, {number})"
    return Team.objects.create(competition=edition.competition, name=name, created=at)


def clean_name(name: str) -> str:
    """A name in one line, without what cannot be seen."""
    shown = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(shown.split())[:MAX_NAME]


def rename(team: Team, *, name: str) -> None:
    """Raises ``CompetitionRefused`` for a name that is empty or taken."""
    clean = clean_name(name)
    if not clean or clean.casefold().startswith("baseline"):
        raise CompetitionRefused(_("Give the team a name of its own, in one line."))
    others = Team.objects.filter(competition=team.competition_id).exclude(pk=team.pk)
    if others.filter(name__iexact=clean).exists():
        raise CompetitionRefused(_("Another team is called “%(name)s”.") % {"name": clean})
    Team.objects.filter(pk=team.pk).update(name=clean)
    standings.changed(team.competition_id)


def invite(host: Team, edition: Edition, *, guest_name: str, by: User, at: datetime) -> Invitation:
    """Ask the team of a person (by user name), or a team by its name, to become one with ``host``.

    Raises ``CompetitionRefused``: nobody is called so, it is too late, or both together would be too large.
    """
    _check_may_merge(edition, at=at)
    teams = Team.objects.ranked().filter(competition=edition.competition).exclude(pk=host.pk)
    name = guest_name.strip()
    guest = teams.filter(members__user__username=name).first() or teams.filter(name=name).first()
    if guest is None:
        raise CompetitionRefused(_("Nobody who has joined is called “%(name)s”.") % {"name": clean_name(name)})
    _check_fits(host, guest, edition, at=at)
    made, _created = Invitation.objects.get_or_create(host=host, guest=guest, defaults={"by": by, "created": at})
    return made


def accept(invitation: Invitation, edition: Edition, *, at: datetime) -> Team:
    """Merge the guest into the host, with its entries. Raises ``CompetitionRefused`` as ``invite``."""
    _check_may_merge(edition, at=at)
    with transaction.atomic():
        pair = Team.objects.select_for_update(of=("self",)).filter(pk__in=(invitation.host_id, invitation.guest_id))
        teams = {team.pk: team for team in pair.order_by("pk")}
        host, guest = teams[invitation.host_id], teams[invitation.guest_id]
        if host.merged_into_id or guest.merged_into_id:
            raise CompetitionRefused(_("One of the two teams is part of another by now."))
        _check_fits(host, guest, edition, at=at)
        Participant.objects.filter(team=guest).update(team=host)
        Entry.objects.filter(team=guest).update(team=host, selected=False)
        Team.objects.filter(pk=guest.pk).update(merged_into=host, name=f"{guest.name[:40]} → #{guest.pk}")
        Invitation.objects.filter(guest=guest).delete()
        Invitation.objects.filter(host=guest).delete()
        for team in (host, guest):
            standings.refresh(team, Ranking.of(edition))
    return host


def leave(participant: Participant, edition: Edition, *, at: datetime) -> Team:
    """Leave a team for one of one's own. The entries stay; those that one made oneself still count against one.

    Raises ``CompetitionRefused``: it is too late, one is alone, or the team is disqualified, or has finished: its
    members have seen private scores, and could use them in a team that goes on.
    """
    _check_may_merge(edition, at=at)
    with transaction.atomic():
        team = Team.objects.select_for_update(of=("self",)).get(pk=participant.team_id)
        if team.disqualified_at is not None:
            raise CompetitionRefused(_("This team is disqualified."))
        if team.finished_at is not None:
            raise CompetitionRefused(_("The team “%(name)s” can change no more.") % {"name": team.name})
        if team.members.count() < 2:
            raise CompetitionRefused(_("You are the only member of your team."))
        own = _found_team(participant.user, edition, at=at)
        Participant.objects.filter(pk=participant.pk).update(team=own)
    standings.changed(team.competition_id)
    return own


def decline(invitation: Invitation) -> None:
    invitation.delete()


def _check_may_merge(edition: Edition, *, at: datetime) -> None:
    schedule = Schedule.of(edition)
    if edition.competition.revealed_at is not None or not schedule.may_merge(at):
        until = schedule.merge_until or schedule.ends
        words = {"time": moment(until, schedule) if until else ""}
        raise CompetitionRefused(_("Teams could change until %(time)s.") % words)


def _check_fits(host: Team, guest: Team, edition: Edition, *, at: datetime) -> None:
    """Together they may be no larger, and have made no more entries, than one team could have."""
    for team in (host, guest):
        if team.disqualified_at is not None or team.finished_at is not None:
            raise CompetitionRefused(_("The team “%(name)s” can change no more.") % {"name": team.name})
    size = edition.spec["teams"]["size"]
    if host.members.count() + guest.members.count() > size:
        raise CompetitionRefused(_("A team may have %(size)d members; both together would have more.") % {"size": size})
    schedule = Schedule.of(edition)
    phase = schedule.phase(at)
    if phase is None:
        return
    spent = (spent_by(host) | spent_by(guest)).filter(phase=phase.slug, practice=False).distinct().count()
    days = schedule.days_begun(phase, at, since=min(host.created, guest.created))
    if spent > min(phase.total, phase.daily * days):
        raise CompetitionRefused(_("Both together have made more entries than one team could have by now."))
