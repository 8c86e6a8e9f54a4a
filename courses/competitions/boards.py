"""The boards as they are read: a page of places in a handful of queries, however many teams and entries there are.

Pages are found by key (score, moment, number), never by counting off rows. What everybody sees is cached under the
version of the competition's boards, which each change counts up (``standings.changed``), as rows and, by the template,
as HTML; one's own place is asked for every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Self

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from courses.catalog.models import localized
from courses.competitions.models import Competition, Edition, Participant, Team, TeamQuerySet
from courses.competitions.ranking import Ranking
from courses.competitions.schedule import Schedule

BoardName = Literal["public", "private"]
PAGE = 50
CACHED_SECONDS = 300
MEMBERS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A place between two rows."""

    key: float
    at: datetime
    pk: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """A cursor from an address; None where there is none, or it is none of ours."""
        try:
            key, micros, pk = text.split(",")
            since = datetime.fromtimestamp(int(micros) / 1_000_000, tz=UTC)
            return cls(key=float(key), at=since, pk=int(pk))
        except (ValueError, OverflowError, OSError):
            return None

    @classmethod
    def of(cls, team: Team, board: BoardName) -> Self | None:
        key, at = getattr(team, f"{board}_key"), getattr(team, f"{board}_at")
        return None if key is None else cls(key=key, at=at, pk=team.pk)

    def __str__(self) -> str:
        return f"{self.key!r},{round(self.at.timestamp() * 1_000_000)},{self.pk}"

    def after(self, board: BoardName) -> Q:
        return self._beyond(board, "gt")

    def before(self, board: BoardName) -> Q:
        return self._beyond(board, "lt")

    def _beyond(self, board: BoardName, way: str) -> Q:
        key, at = f"{board}_key", f"{board}_at"
        same = Q(**{key: self.key})
        later = Q(**{f"{at}__{way}": self.at}) | Q(**{at: self.at, f"pk__{way}": self.pk})
        return Q(**{f"{key}__{way}e": self.key}) & (Q(**{f"{key}__{way}": self.key}) | (same & later))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One place. Plain values, so that it can be cached."""

    team: int
    name: str
    baseline: str  #: slug; empty: people
    members: list[str]
    rank: int | None  #: None: a baseline, which takes none
    score: float
    entries: int
    at: str  #: ISO 8601
    moved: int | None  #: places up (positive) or down from the public board to the private one

    @property
    def since(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, kw_only=True)
class Board:
    key: str  #: under which its rows are cached
    name: BoardName
    digits: int  #: places of its scores
    rows: list[Row]
    mine: Row | None  #: one's own place where it is not among the rows
    own_team: int | None
    teams: int  #: that have a rank
    earlier: str  #: cursor of the page before; empty: this is the first
    later: str
    cached_seconds: ClassVar[int] = CACHED_SECONDS

    @property
    def is_private(self) -> bool:
        return self.name == "private"

    @property
    def own_here(self) -> int:
        """One's own team if it is among the rows, which then look otherwise than everybody's; else 0."""
        return next((row.team for row in self.rows if row.team == self.own_team), 0)

    @property
    def foot(self) -> list[Row]:
        return [self.mine] if self.mine else []


def board_page(
    edition: Edition, board: BoardName, *, after: str = "", before: str = "", own: Team | None = None, size: int = PAGE
) -> Board:
    """A page of a board. Whether the reader may see it is asked before (``may_see_private``)."""
    competition, ranking = edition.competition, Ranking.of(edition)
    begins, ends = Cursor.parse(after), Cursor.parse(before)
    key = f"competitions:{competition.pk}:{competition.version}:{edition.pk}:{board}:{begins}:{ends}:{size}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _read(edition, board, after=begins, before=ends, size=size)
        cache.set(key, found, CACHED_SECONDS)
    rows = [Row(**row) for row in found["rows"]]
    mine = None
    if own is not None and all(row.team != own.pk for row in rows):
        mine = place_of(own, edition, board)
    return Board(
        key=key,
        name=board,
        digits=ranking.private_digits if board == "private" else ranking.public_digits,
        rows=_named(rows, edition),
        mine=mine,
        own_team=own.pk if own else None,
        teams=found["teams"],
        earlier=found["earlier"],
        later=found["later"],
    )


def may_see_private(edition: Edition, team: Team | None) -> bool:
    """The one rule of when private scores are seen: once revealed, by all; at one's own pace, by who has finished."""
    if edition.competition.revealed_at is not None:
        return True
    return team is not None and team.finished_at is not None and Schedule.of(edition).is_self_paced


def place_of(team: Team, edition: Edition, board: BoardName) -> Row | None:
    """A team's own place; None: it has none."""
    cursor = Cursor.of(team, board)
    if cursor is None or team.disqualified_at is not None or team.merged_into_id is not None:
        return None
    ranking = Ranking.of(edition)
    rank = None if team.baseline else _rank(edition.competition, board, cursor, ranking)
    return _row(team, board, rank, [])


def all_rows(edition: Edition, board: BoardName) -> Iterator[Row]:
    """The whole board, for exports, in pages that no memory is too small for."""
    after = ""
    while True:
        page = board_page(edition, board, after=after, size=500)
        yield from page.rows
        if not page.later:
            return
        after = page.later


def _read(
    edition: Edition, board: BoardName, *, after: Cursor | None, before: Cursor | None, size: int
) -> dict[str, Any]:
    teams = _places(edition.competition, board)
    key, since = f"{board}_key", f"{board}_at"
    if before is not None:
        found = list(teams.filter(before.before(board)).order_by(f"-{key}", f"-{since}", "-pk")[: size + 1])
        more_before, more_after = len(found) > size, True
        found = found[:size][::-1]
    else:
        narrowed = teams.filter(after.after(board)) if after is not None else teams
        found = list(narrowed.order_by(key, since, "pk")[: size + 1])
        more_before, more_after = after is not None, len(found) > size
        found = found[:size]
    edges = [Cursor.of(team, board) for team in (found[0], found[-1])] if found else [None, None]
    return {
        "rows": [asdict(row) for row in _ranked(found, edition, board)],
        "teams": teams.filter(baseline="").count(),
        "earlier": str(edges[0]) if more_before and edges[0] else "",
        "later": str(edges[1]) if more_after and edges[1] else "",
    }


def _places(competition: Competition, board: BoardName) -> TeamQuerySet:
    return Team.objects.taking_part().filter(competition=competition, **{f"{board}_key__isnull": False})


def _ranked(teams: list[Team], edition: Edition, board: BoardName) -> list[Row]:
    """Teams in order as rows: the rank of the first one is counted, those of the others follow."""
    ranking = Ranking.of(edition)
    members = _members(teams)
    rows: list[Row] = []
    rank, ahead = 0, -1
    last_key: float | None = None
    for team in teams:
        own: int | None = None
        if not team.baseline:
            cursor = Cursor.of(team, board)
            assert cursor is not None
            if ahead < 0:
                ahead = _ahead(edition.competition, cursor.before(board), board)
                rank = _rank(edition.competition, board, cursor, ranking) if ranking.shared else ahead + 1
            elif not (ranking.shared and cursor.key == last_key):
                rank = ahead + 1
            ahead, last_key, own = ahead + 1, cursor.key, rank
        rows.append(_row(team, board, own, members.get(team.pk, [])))
    return rows


def _rank(competition: Competition, board: BoardName, cursor: Cursor, ranking: Ranking) -> int:
    better = Q(**{f"{board}_key__lt": cursor.key}) if ranking.shared else cursor.before(board)
    return 1 + _ahead(competition, better, board)


def _ahead(competition: Competition, better: Q, board: BoardName) -> int:
    """How many teams with a rank are better."""
    return _places(competition, board).filter(better, baseline="").count()


def _members(teams: list[Team]) -> dict[int, list[str]]:
    """The names of those in teams of several; a team of one is called as its person, or by a name of its own."""
    names: dict[int, list[str]] = {}
    for member in Participant.objects.filter(team__in=teams).select_related("user"):
        names.setdefault(member.team_id, []).append(member.user.display_name)
    return {team: found[:MEMBERS_SHOWN] for team, found in names.items() if len(found) > 1}


def _row(team: Team, board: BoardName, rank: int | None, members: list[str]) -> Row:
    moved = None
    if board == "private" and team.public_rank is not None and team.private_rank is not None:
        moved = team.public_rank - team.private_rank
    return Row(
        team=team.pk,
        name=team.name,
        baseline=team.baseline,
        members=members,
        rank=rank,
        score=getattr(team, f"{board}_score"),
        entries=team.entry_count,
        at=getattr(team, f"{board}_at").isoformat(),
        moved=moved,
    )


def _named(rows: list[Row], edition: Edition) -> list[Row]:
    """Baselines by their titles in the reader's language."""
    titles = {baseline["slug"]: baseline["title"] for baseline in edition.spec["baselines"]}
    return [
        Row(**{**asdict(row), "name": _("Baseline: %(title)s") % {"title": localized(titles.get(row.baseline, {}))}})
        if row.baseline
        else row
        for row in rows
    ]
