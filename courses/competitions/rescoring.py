"""Scoring all entries anew when a release brings another metric or corrected labels: previewed, then applied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.competitions import entering, standings
from courses.competitions.conduct import MAX_REASON, subject
from courses.competitions.models import Competition, Edition, Entry, EntryFiles, Rescored, Rescoring, Team
from courses.competitions.ranking import Ranking
from courses.competitions.recording import RESCORED
from courses.competitions.refusing import CompetitionRefused
from workers.audit import trail
from workers.audit.trail import PERSON
from workers.pools import jobs, naming

SHOWN = 20
#: What the account of a competition's re-scorings begins with.
ACCOUNT = "competition:"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a re-scoring does to one team's place on the public board."""

    team: Team
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    done: int
    total: int
    failed: int  #: entries that the new scoring cannot score; they keep no score
    changed: int  #: teams whose public score or rank changes
    changes: list[Change]  #: the first of them, by their new place

    @property
    def is_ready(self) -> bool:
        return self.done == self.total


def names(words: Collection[str]) -> dict[str, str]:
    """What the accounts of re-scorings among ``words`` are called, in one query."""
    found = naming.rows_of(words, ACCOUNT, Competition.objects.all())
    return {word: _("scoring %(competition)s again") % {"competition": row.slug} for word, row in found.items()}


def waits(edition: Edition) -> bool:
    """Whether the release that everybody sees brings another scoring than entries have."""
    scored_by = edition.competition.scored_by
    return scored_by is not None and scored_by.bundle != edition.bundle


def start(edition: Edition, *, reason: str, by: User, at: datetime) -> Rescoring:
    """Queue every entry for the new scoring, behind the work of learners. The board stays as it is meanwhile."""
    reason = " ".join(reason.split())[:MAX_REASON]
    if not reason:
        raise CompetitionRefused(_("Say why: the audit trail is told."))
    with transaction.atomic():
        Competition.objects.select_for_update().get(pk=edition.competition_id)
        if not waits(edition) or open_of(edition.competition) is not None:
            raise CompetitionRefused(_("There is nothing to score anew, or it is being done already."))
        made = Rescoring.objects.create(
            competition=edition.competition, edition=edition, by=by, reason=reason, created=at
        )
        _tell(made, "competition.rescore", by=by)
        top_up(made)
    return made


def open_of(competition: Competition) -> Rescoring | None:
    found: Rescoring | None = (
        competition.rescorings.filter(state=Rescoring.State.SCORING).select_related("edition").first()
    )
    return found


def top_up(rescoring: Rescoring) -> int:
    """Queue the entries that came since it began, so that it can be applied; how many there were.

    An entry whose files went with their owner's account keeps the scores that it has.
    """
    known = rescoring.results.values("entry")
    missing = Entry.objects.filter(competition=rescoring.competition_id, ended__isnull=False).exclude(pk__in=known)
    count = 0
    for entry in (
        missing.exclude(public_score=None).filter(content__isnull=False).order_by("pk").iterator(chunk_size=500)
    ):
        files = EntryFiles.objects.get(entry=entry).files
        row = Rescored.objects.create(rescoring=rescoring, entry=entry)
        row.job = entering.enqueue(
            rescoring.edition,
            kind=RESCORED,
            owner=f"rescored:{row.pk}",
            account=f"{ACCOUNT}{rescoring.competition_id}",
            lane="regrade",
            files=files,
        )
        row.save(update_fields=["job"])
        count += 1
    return count


def preview(rescoring: Rescoring) -> Preview:
    """What applying it would change on the public board; the private one is nobody's to see."""
    results = rescoring.results.select_related("entry").defer("entry__findings", "measures")
    rows = list(results.order_by("entry__team_id", "entry_id"))
    ranking = Ranking.by(rescoring.edition)
    after = _bests(ranking, rows)
    teams = list(Team.objects.ranked().filter(competition=rescoring.competition_id, public_key__isnull=False))
    before_order = sorted(teams, key=attrgetter("public_key", "public_at", "pk"))
    after_order = sorted((team for team in teams if team.pk in after), key=lambda team: (*after[team.pk][:2], team.pk))
    told = {team: score for team, (_key, _at, score) in after.items()}
    old = {team.pk: rank for rank, team in enumerate(before_order, start=1)}
    new = {team.pk: rank for rank, team in enumerate(after_order, start=1)}
    changes = [
        Change(
            team=team,
            before=team.public_score,
            after=told.get(team.pk),
            rank_before=old.get(team.pk),
            rank_after=new.get(team.pk),
        )
        for team in [*after_order, *(team for team in teams if team.pk not in after)]
        if told.get(team.pk) != team.public_score or old.get(team.pk) != new.get(team.pk)
    ]
    ended = [row for row in rows if row.ended is not None]
    failed = sum(row.public is None for row in ended)
    return Preview(done=len(ended), total=len(rows), failed=failed, changed=len(changes), changes=changes[:SHOWN])


def _bests(ranking: Ranking, rows: list[Rescored]) -> dict[int, tuple[float, datetime, float]]:
    """Of each team that has one: the key, the moment and the score of its best entry that counts."""
    bests: dict[int, tuple[float, datetime, float]] = {}
    for team, own in groupby(rows, key=lambda row: row.entry.team_id):
        for row in own:
            if row.public is None or row.entry.practice or not row.entry.counts:
                continue
            known = bests.get(team)
            score, _improved = ranking.told(row.public, best=known[2] if known else None)
            if known is None or ranking.key(score) < known[0]:
                bests[team] = (ranking.key(score), row.entry.created, score)
    return bests


def apply(rescoring: Rescoring, *, by: User) -> None:
    """Make the new scores the ones that count: entries, both boards, and the scoring of what comes next.

    Raises ``CompetitionRefused`` while an entry has no new score yet; those that came meanwhile are queued then.
    """
    with transaction.atomic():
        late = top_up(rescoring)  # kept, whatever comes of the rest
    with transaction.atomic():
        competition = Competition.objects.select_for_update().get(pk=rescoring.competition_id)
        waiting = competition.entries.waiting().exists() or rescoring.results.filter(ended=None).exists()
        if late or waiting:
            raise CompetitionRefused(_("Not every entry has its new score yet. Try again when all are done."))
        open_ones = Rescoring.objects.filter(pk=rescoring.pk, state=Rescoring.State.SCORING)
        if open_ones.update(state=Rescoring.State.APPLIED) != 1:
            raise CompetitionRefused(_("It was applied or dropped already."))
        competition.scored_by = rescoring.edition
        competition.save(update_fields=["scored_by"])
        rescoring.edition.competition = competition
        ranking = Ranking.of(rescoring.edition)
        _write(rescoring, ranking)
        for team in Team.objects.filter(competition=competition, merged_into=None):
            standings.refresh(team, ranking)
        finished = Team.objects.filter(competition=competition).exclude(finished_at=None)
        if competition.revealed_at is not None or finished.exists():
            standings.settle(rescoring.edition)
        _tell(rescoring, "competition.apply_scores", by=by)
        rescoring.results.update(public=None, private=None)


def _write(rescoring: Rescoring, ranking: Ranking) -> None:
    rows = rescoring.results.select_related("entry").order_by("entry__team_id", "entry_id")
    changed: list[Entry] = []
    for _team, own in groupby(rows, key=lambda row: row.entry.team_id):
        best: float | None = None
        for row in own:
            entry = row.entry
            entry.public_score = entry.private_score = None
            if row.public is not None and row.private is not None:
                told_best = best if entry.user_id is not None else None
                entry.public_score, entry.improved = ranking.told(row.public, best=told_best)
                entry.private_score, entry.measures = ranking.private(row.private), row.measures
                if best is None or ranking.key(entry.public_score) < ranking.key(best):
                    best = entry.public_score
            changed.append(entry)
    fields = ["public_score", "improved", "private_score", "measures"]
    Entry.objects.bulk_update(changed, fields, batch_size=500)


def drop(rescoring: Rescoring, *, by: User) -> None:
    """Let everything be as it was."""
    with transaction.atomic():
        open_ones = Rescoring.objects.filter(pk=rescoring.pk, state=Rescoring.State.SCORING)
        if open_ones.update(state=Rescoring.State.DROPPED) == 1:
            for job in rescoring.results.filter(ended=None).exclude(job=None).values_list("job", flat=True):
                jobs.cancel(job)
            rescoring.results.update(public=None, private=None)
            _tell(rescoring, "competition.drop_scores", by=by)


def _tell(rescoring: Rescoring, action: str, *, by: User) -> None:
    details = {"release": rescoring.edition.release_id, "reason": rescoring.reason}
    trail.record(f"{PERSON}{by.pk}", action, subject=subject(rescoring.competition), details=details)
