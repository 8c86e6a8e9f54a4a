"""The one owner of places: who stands where on which board, and when private scores become anybody's.

A team's place on the public board is renewed with each entry that is scored. Its place on the private one is written
when the competition is revealed (or, where everybody goes at their own pace, when the team finishes), and not earlier:
until then no row that a board reads holds a private score.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from courses.competitions.models import Competition, Edition, Entry, Team
from courses.competitions.ranking import Ranking
from courses.competitions.refusing import CompetitionRefused
from courses.competitions.schedule import Schedule

BATCH = 500
_PRIVATE = ("private_score", "private_key", "private_at")


def refresh(team: Team, ranking: Ranking) -> None:
    """Work out a team's place on the public board from its entries alone: doing it again changes nothing."""
    counting = team.entries.counting()
    best = ranking.best_public(counting).first()
    score = best.public_score if best else None
    Team.objects.filter(pk=team.pk).update(
        entry_count=counting.count(),
        public_score=score,
        public_key=None if score is None else ranking.key(score),
        public_at=best.created if best else None,
    )
    changed(team.competition_id)


def changed(competition: int) -> None:
    """The boards are no longer what they were: what was cached of them is not asked for any more."""
    Competition.objects.filter(pk=competition).update(version=F("version") + 1)


def reveal_if_due(edition: Edition, *, at: datetime) -> bool:
    """Write the private board once the competition is over and every entry that counts has been scored.

    Called whenever somebody looks and by a periodic task; whoever is first does it. True: it is revealed.
    """
    competition = edition.competition
    if competition.revealed_at is not None:
        return True
    if not Schedule.of(edition).has_ended(at) or competition.entries.waiting().filter(practice=False).exists():
        return False
    with transaction.atomic():
        if Competition.objects.filter(pk=competition.pk, revealed_at=None).update(revealed_at=at) == 1:
            settle(edition)
    competition.refresh_from_db(fields=["revealed_at", "version"])
    return True


def finish(team: Team, edition: Edition, *, at: datetime) -> None:
    """End a competition at one's own pace: the team's final entries stand, and it sees its private score.

    Raises ``CompetitionRefused`` where the competition ends for all at once, or has nothing to settle yet.
    """
    if not Schedule.of(edition).is_self_paced:
        raise CompetitionRefused(_("This competition ends for everybody at once."))
    counting = team.entries.filter(practice=False)
    if counting.waiting().exists():
        raise CompetitionRefused(_("An entry of your team is still being scored. Finish when it is done."))
    if not counting.counting().exists():
        raise CompetitionRefused(_("Your team has no scored entry yet."))
    with transaction.atomic():
        if Team.objects.filter(pk=team.pk, finished_at=None).update(finished_at=at) == 1:
            settle(edition)


def settle(edition: Edition) -> None:
    """Write the private places of all teams whose time has come, and both ranks of each. Again changes nothing."""
    ranking = Ranking.of(edition)
    competition = edition.competition
    teams = Team.objects.filter(competition=competition)
    if Schedule.of(edition).is_self_paced:
        teams = teams.exclude(finished_at=None) | teams.exclude(baseline="")
    entries = Entry.objects.filter(team__in=teams).counting()
    small = entries.only("team_id", "created", "public_score", "private_score", "selected").order_by("team_id", "pk")
    places: dict[int, Team] = {team.pk: team for team in teams}
    for team in places.values():
        team.private_score = team.private_key = team.private_at = None
    for team_id, own in groupby(small.iterator(chunk_size=5000), key=attrgetter("team_id")):
        _place(places[team_id], ranking, list(own))
    Team.objects.bulk_update(places.values(), _PRIVATE, batch_size=BATCH)
    rerank(competition, ranking)


def _place(team: Team, ranking: Ranking, entries: list[Entry]) -> None:
    """The best private score of a team's final entries; of equal ones the earlier entry."""
    known = [entry for entry in ranking.final(entries) if entry.private_score is not None]
    if not known:
        return
    best = min(known, key=lambda entry: (ranking.key(entry.private_score or 0.0), entry.created, entry.pk))
    assert best.private_score is not None
    team.private_score, team.private_at = best.private_score, best.created
    team.private_key = ranking.key(best.private_score)


def rerank(competition: Competition, ranking: Ranking) -> None:
    """Both ranks of every team that has a private place: the shake-up is the difference between them."""
    Team.objects.filter(competition=competition).update(public_rank=None, private_rank=None)
    teams = list(Team.objects.ranked().filter(competition=competition, private_key__isnull=False))
    for board in ("public", "private"):
        key, since = f"{board}_key", f"{board}_at"
        teams.sort(key=attrgetter(key, since, "pk"))
        for team, rank in zip(teams, ranking.ranks([getattr(team, key) for team in teams]), strict=True):
            setattr(team, f"{board}_rank", rank)
    Team.objects.bulk_update(teams, ["public_rank", "private_rank"], batch_size=BATCH)
    changed(competition.pk)


def choose_finals(team: Team, edition: Edition, *, entries: list[int], at: datetime) -> None:
    """Say which entries are the team's final ones; none: its best public ones.

    Raises ``CompetitionRefused`` once it is over, for too many, and for entries that cannot be final ones.
    """
    ranking = Ranking.of(edition)
    schedule = Schedule.of(edition)
    if edition.competition.revealed_at is not None or team.finished_at is not None or schedule.has_ended(at):
        raise CompetitionRefused(_("It is over: the final entries stand."))
    if len(set(entries)) > ranking.finals:
        raise CompetitionRefused(_("Choose at most %(count)d final entries.") % {"count": ranking.finals})
    with transaction.atomic():
        possible = team.entries.counting()
        if possible.filter(pk__in=entries).count() != len(set(entries)):
            raise CompetitionRefused(_("A final entry is one of your team's, scored, and of a phase that counts."))
        team.entries.filter(selected=True).exclude(pk__in=entries).update(selected=False)
        possible.filter(pk__in=entries).update(selected=True)
