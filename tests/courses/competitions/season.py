"""A season played by script, and its boards worked out in another way: by pandas, from a log of what was done.

The script knows teams, days and scores of its own; of the site it uses what people do there (join, invite, accept,
enter, choose, disqualify, score anew), and at the end reads the boards.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd  # type: ignore[import-untyped]  # it has no types

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.competitions import conduct, entering, joining, rescoring, standings
from courses.competitions.boards import BoardName, all_rows
from courses.competitions.models import Edition, Entry, Participant, Team
from courses.competitions.refusing import CompetitionRefused
from tests.courses.competitions.conftest import current, scored
from tests.courses.competitions.sample import SPEC, labels, table, write_course

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2027, 3, 1, 8, 0, tzinfo=ZONE)
END = datetime(2027, 3, 5, 20, 0, tzinfo=ZONE)
FINALS = 2


@dataclass(kw_only=True)
class Plan:
    people: int
    teams: int
    entries: int
    daily: int
    seed: int = 7


@dataclass(kw_only=True)
class Season:
    plan: Plan
    folder: Path
    log: list[dict[str, object]] = field(default_factory=list)  #: entries that were taken
    team_of: dict[str, str] = field(default_factory=dict)  #: user → the first member of their team
    chosen: dict[str, list[int]] = field(default_factory=dict)
    refused: int = 0

    def play(self) -> None:
        self.random = random.Random(self.plan.seed)
        spec = SPEC.replace("daily: 3, total: 10", f"daily: {self.plan.daily}, total: 5000").replace(
            "size: 3", "size: 50"
        )
        publish(write_course(self.folder, spec=spec), by=None)
        self.truth = labels()
        self.organiser = User.objects.create_user("organiser")
        made = (User(username=f"p{number:03}", password="!") for number in range(self.plan.people))
        self.users = {user.username: user for user in User.objects.bulk_create(made)}
        for name, user in self.users.items():
            joining.join(user, self.edition, accepts=True, at=BEGIN)
            self.team_of[name] = name
        scored(Entry.objects.get(user=None), *self._of(dict.fromkeys(self.truth, 0)))
        moments = sorted(BEGIN + self.random.random() * (END - BEGIN) for _ in range(self.plan.entries))
        merges = sorted(
            BEGIN + self.random.random() * timedelta(hours=40) for _ in range(self.plan.people - self.plan.teams)
        )
        for at in moments:
            while merges and merges[0] < at:
                if not self._merge(merges.pop(0)):
                    merges.append(at + timedelta(minutes=5))  # another two, a little later
            self._enter(at)
        self._choose()

    @property
    def edition(self) -> Edition:
        return current("even-odd")

    def _of(self, given: dict[str, int]) -> tuple[float, float]:
        """Both scores of a table by the labels of the moment, counted here and rounded nowhere."""
        split = self.edition.competition.split
        hits = {part: [given[n] == self.truth[n] for n in given if split[n] is part] for part in (True, False)}
        return sum(hits[True]) / len(hits[True]), sum(hits[False]) / len(hits[False])

    def _merge(self, at: datetime) -> bool:
        """Two of those that have made the fewest entries become one, if the rules let them."""
        made = Counter(self.team_of[str(row["user"])] for row in self.log)
        heads = sorted(set(self.team_of.values()), key=lambda head: (made[head], head))
        host, guest = self.random.sample(heads[: max(2, len(heads) // 3)], 2)
        edition = self.edition
        hosts = Team.objects.get(members__user__username=host)
        try:
            invitation = joining.invite(hosts, edition, guest_name=guest, by=self.users[host], at=at)
            joining.accept(invitation, edition, at=at)
        except CompetitionRefused as error:
            assert "more entries than one team could have" in str(error), error
            return False
        self.team_of = {name: host if head == guest else head for name, head in self.team_of.items()}
        return True

    def _left_today(self, team: str, at: datetime) -> int:
        """By the script's own count: entries of the team's members on this date in Shanghai."""
        day = at.astimezone(ZONE).date()
        made = [row for row in self.log if self.team_of[str(row["user"])] == team and row["day"] == day]
        return self.plan.daily - len(made)

    def _enter(self, at: datetime) -> None:
        name = self.random.choice(sorted(self.users))
        skill = 0.5 + 0.45 * random.Random(self.team_of[name]).random()
        given = {row: value if self.random.random() < skill else 1 - value for row, value in labels().items()}
        may = self._left_today(self.team_of[name], at) > 0
        try:
            entry = entering.enter(
                self.users[name], self.edition, files={"predictions.csv": table(given)}, at=at.astimezone(UTC)
            )
        except CompetitionRefused as error:
            assert not may and f"{self.plan.daily} entries of today" in str(error), (name, at, error)
            self.refused += 1
            return
        assert may, (name, at)
        public, private = self._of(given)
        scored(entry, public, private)
        self.log.append(
            {"entry": entry.pk, "user": name, "at": at, "day": at.astimezone(ZONE).date(), "given": given}
        )  # fmt: skip

    def _choose(self) -> None:
        for team in Team.objects.ranked().filter(competition=self.edition.competition).order_by("pk"):
            own = list(team.entries.values_list("pk", flat=True).order_by("pk"))
            head = self.team_of[team.members.select_related("user")[0].user.username]
            if own and self.random.random() < 0.3:
                self.chosen[head] = sorted(self.random.sample(own, min(len(own), FINALS)))
                standings.choose_finals(team, self.edition, entries=self.chosen[head], at=END - timedelta(minutes=1))

    def correct_labels(self, rows: list[str]) -> None:
        """A release with other labels, and all entries scored anew by it."""
        self.truth.update({name: 1 - self.truth[name] for name in rows})
        spec = (self.folder / "season/competitions/even-odd/competition.yaml").read_text()
        folder = write_course(self.folder, spec=spec)
        (folder / "competitions/even-odd/hidden/labels.csv").write_text(table(self.truth))
        publish(folder, by=None)
        started = rescoring.start(self.edition, reason="Wrong labels", by=self.organiser, at=END)
        given = {row["entry"]: row["given"] for row in self.log}
        for result in started.results.order_by("pk"):
            scored(result, *self._of(given.get(result.entry_id, dict.fromkeys(self.truth, 0))))  # type: ignore[arg-type]
        rescoring.apply(started, by=self.organiser)

    def disqualify(self, head: str) -> None:
        team = Participant.objects.get(user__username=head).team
        conduct.disqualify(team, self.edition, reason="Two accounts", by=self.organiser, at=END)

    def board(self, name: BoardName) -> list[tuple[int, str, float]]:
        """What the site shows: rank, first member and score of each team of people."""
        heads = {
            member.team_id: self.team_of[member.user.username] for member in Participant.objects.select_related("user")
        }
        rows = [row for row in all_rows(self.edition, name) if not row.baseline]
        return [(row.rank or 0, heads[row.team], row.score) for row in rows]

    def expected(self, name: BoardName, *, without: str = "") -> list[tuple[int, str, float]]:
        """The same by pandas, from the log."""
        frame = pd.DataFrame(self.log)
        frame["team"] = frame["user"].map(self.team_of)
        scores = frame["given"].map(self._of)
        frame["public"] = scores.str[0].round(3)
        frame["private"] = scores.str[1].round(5)
        frame = frame[frame["team"] != without].drop(columns="given")
        ordered = frame.sort_values(["public", "at", "entry"], ascending=[False, True, True])
        if name == "private":
            picked = frame[frame["entry"].isin([pk for own in self.chosen.values() for pk in own])]
            rest = ordered[~ordered["team"].isin(picked["team"])].groupby("team").head(FINALS)
            ordered = pd.concat([picked, rest]).sort_values(["private", "at", "entry"], ascending=[False, True, True])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            best = ordered.groupby("team", sort=False).first().reset_index()
        best["team_pk"] = best["team"].map(self._team_pks())
        best = best.sort_values([name, "at", "team_pk"], ascending=[False, True, True])
        return [(rank, row.team, getattr(row, name)) for rank, row in enumerate(best.itertuples(), start=1)]

    def _team_pks(self) -> dict[str, int]:
        return {self.team_of[m.user.username]: m.team_id for m in Participant.objects.select_related("user")}
