"""A season played by script, and its boards worked out in another way: by pandas, from a log of what was done.

The script knows teams, days and scores of its own; of the site it uses what people do there (join, invite, accept,
leave, enter, choose, disqualify, score anew), and reads the boards as people do: page by page, from the API, as CSV.
It ends tomorrow, so that the pages, which go by the real clock, are those of a season that runs.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd  # type: ignore[import-untyped]  # it has no types
from django.test import Client

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from courses.competitions import conduct, entering, joining, rescoring, standings
from courses.competitions.boards import BoardName
from courses.competitions.models import Edition, Entry, Participant, Team
from courses.competitions.refusing import CompetitionRefused
from tests.courses.competitions.conftest import current, scored
from tests.courses.competitions.sample import SPEC, labels, table, write_course

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = datetime.now(ZONE).date()
BEGIN = datetime.combine(TODAY - timedelta(days=3), time(8), tzinfo=ZONE)
MERGE_UNTIL = datetime.combine(TODAY, time(), tzinfo=ZONE)
END = datetime.combine(TODAY + timedelta(days=1), time(20), tzinfo=ZONE)
FINALS = 2
ADDRESS = "/competitions/even-odd/leaderboard/"
_ROW = re.compile(r'<tr[^>]*><td class="num">(\d+)</td><th scope="row">(p\d+)\b.*?</th><td class="num">([\d.]+)</td>')
_NEXT = re.compile(r'<a rel="next" href="([^"]+)"')

Places = list[tuple[int, str, float]]  #: rank, team and score, from the first place to the last


def spec_of(daily: int) -> str:
    """The sample with the season's dates, and limits that so many people can reach."""
    begins, ends, merge = (f"{moment:%Y-%m-%d %H:%M}" for moment in (BEGIN, END, MERGE_UNTIL))
    spec = re.sub(r"starts: \S+ \S+, ends: \S+ \S+,", f"starts: {begins}, ends: {ends},", SPEC)
    spec = spec.replace("2027-03-04 00:00", merge).replace("size: 3", "size: 50")
    return spec.replace("daily: 3, total: 10", f"daily: {daily}, total: 5000")


@dataclass(kw_only=True)
class Plan:
    people: int
    teams: int
    entries: int  #: tried; those over the limit of a day are refused
    leaves: int
    daily: int
    seed: int = 7
    watched: bool = False  #: whether every page is read, as many people, in search of private scores


@dataclass(kw_only=True)
class Season:
    """Teams are called as the person who founded them, here and on the boards."""

    plan: Plan
    folder: Path
    log: list[dict[str, Any]] = field(default_factory=list)  #: entries that were taken
    team_of: dict[str, str] = field(default_factory=dict)  #: person → team
    chosen: dict[str, list[int]] = field(default_factory=dict)
    handed_in: set[tuple[int, ...]] = field(default_factory=set)
    refused: int = 0
    midnights: int = 0  #: how often the last entry of a day was followed by the first of the next

    def begin(self) -> None:
        self.random = random.Random(self.plan.seed)
        publish(write_course(self.folder, spec=spec_of(self.plan.daily)), by=None)
        self.truth = labels()
        self.organiser = User.objects.create_user("organiser")
        enroll(self.organiser, self.edition.competition.course, role=Role.INSTRUCTOR)
        made = (User(username=f"p{number:03}", password="!") for number in range(self.plan.people))
        self.users = {user.username: user for user in User.objects.bulk_create(made)}
        for name, user in self.users.items():
            joining.join(user, self.edition, accepts=True, at=BEGIN)
            self.team_of[name] = name
        scored(Entry.objects.get(user=None), *self._of(dict.fromkeys(self.truth, 0)))

    def play(self) -> None:
        """Entries at moments drawn over the whole season; people merge and leave in between."""
        moments = sorted(BEGIN + self.random.random() * (END - BEGIN) for _ in range(self.plan.entries))
        changes = [self._leave] * self.plan.leaves
        changes += [self._merge] * (self.plan.people - self.plan.teams + self.plan.leaves)
        times = sorted(BEGIN + self.random.random() * timedelta(hours=40) for _ in changes)
        self.random.shuffle(changes)
        midnight = datetime.combine(BEGIN.date() + timedelta(days=1), time(), tzinfo=ZONE)
        for at in moments:
            while changes and times and times[0] < at:
                if not changes[-1](times.pop(0)):
                    times.append(at + timedelta(minutes=5))  # another two, a little later
                    changes.insert(0, changes.pop())
                else:
                    changes.pop()
            if at >= midnight:
                self._around(midnight)
                midnight += timedelta(days=1)
            self._enter(self.random.choice(sorted(self.users)), at)
        assert not changes
        self._choose()

    @property
    def edition(self) -> Edition:
        return current("even-odd")

    @cached_property
    def split(self) -> dict[str, bool]:
        return dict(self.edition.competition.split)

    def _of(self, given: dict[str, int]) -> tuple[float, float]:
        """Both scores of a table by the labels of the moment, counted here and rounded nowhere."""
        hits = {part: [given[n] == self.truth[n] for n in given if self.split[n] is part] for part in (True, False)}
        return sum(hits[True]) / len(hits[True]), sum(hits[False]) / len(hits[False])

    def _merge(self, at: datetime) -> bool:
        """Two of those that have made the fewest entries become one, if the rules let them."""
        made = Counter(row["team"] for row in self.log)
        heads = sorted(set(self.team_of.values()), key=lambda head: (made[head], head))
        host, guest = self.random.sample(heads[: max(2, len(heads) // 3)], 2)
        edition = self.edition
        try:
            invitation = joining.invite(self._team(host), edition, guest_name=guest, by=self.users[host], at=at)
            joining.accept(invitation, edition, at=at)
        except CompetitionRefused as error:
            assert "more entries than one team could have" in str(error), error
            return False
        self.team_of = {name: host if head == guest else head for name, head in self.team_of.items()}
        for row in self.log:
            row["team"] = host if row["team"] == guest else row["team"]
        return True

    def _leave(self, at: datetime) -> bool:
        """Somebody who founded no team leaves theirs, whose entries stay."""
        guests = sorted(name for name, head in self.team_of.items() if name != head)
        if not guests:
            return False
        name = self.random.choice(guests)
        member = Participant.objects.select_related("team", "user").get(user=self.users[name])
        assert joining.leave(member, self.edition, at=at).name == name
        self.team_of[name] = name
        return True

    @staticmethod
    def _team(name: str) -> Team:
        return Team.objects.ranked().get(name=name)

    def _left_today(self, team: str, at: datetime) -> int:
        """By the script's own count: what the team, and its members in other teams before, made on this date."""
        day = at.astimezone(ZONE).date()
        members = {name for name, own in self.team_of.items() if own == team}
        made = [row for row in self.log if row["day"] == day and (row["team"] == team or row["user"] in members)]
        return self.plan.daily - len(made)

    def _around(self, midnight: datetime) -> None:
        """Somebody spends all of a day; a second before midnight none is left, and at midnight there is."""
        name = self.random.choice(sorted(self.users))
        before = midnight - timedelta(seconds=1)
        for _entry in range(self._left_today(self.team_of[name], before)):
            assert self._enter(name, before)
        self.midnights += not self._enter(name, before) and self._enter(name, midnight)

    def _enter(self, name: str, at: datetime) -> bool:
        given = self._predicted(self.team_of[name])
        may = self._left_today(self.team_of[name], at) > 0
        try:
            files = {"predictions.csv": table(given)}
            entry = entering.enter(self.users[name], self.edition, files=files, at=at.astimezone(UTC))
        except CompetitionRefused as error:
            assert not may and f"{self.plan.daily} entries of today" in str(error), (name, at, error)
            self.refused += 1
            return False
        assert may, (name, at)
        scored(entry, *self._of(given))
        day = at.astimezone(ZONE).date()
        self.log.append(
            {"entry": entry.pk, "user": name, "team": self.team_of[name], "at": at, "day": day, "given": given}
        )
        return True

    def _predicted(self, team: str) -> dict[str, int]:
        """A table as good as the team is, and unlike all before: the same one again would be refused."""
        skill = 0.5 + 0.45 * random.Random(team).random()
        while True:
            given = {row: value if self.random.random() < skill else 1 - value for row, value in labels().items()}
            if tuple(given.values()) not in self.handed_in:
                self.handed_in.add(tuple(given.values()))
                return given

    def _choose(self) -> None:
        for team in Team.objects.ranked().filter(competition=self.edition.competition).order_by("pk"):
            own = list(team.entries.values_list("pk", flat=True).order_by("pk"))
            if own and self.random.random() < 0.3:
                self.chosen[team.name] = sorted(self.random.sample(own, min(len(own), FINALS)))
                standings.choose_finals(
                    team, self.edition, entries=self.chosen[team.name], at=END - timedelta(minutes=1)
                )

    def correct_labels(self, rows: list[str]) -> None:
        """A release with other labels, and all entries scored anew by it."""
        self.truth.update({name: 1 - self.truth[name] for name in rows})
        folder = write_course(self.folder, spec=spec_of(self.plan.daily))
        (folder / "competitions/even-odd/hidden/labels.csv").write_text(table(self.truth))
        publish(folder, by=None)
        assert self.edition.competition.split == self.split
        started = rescoring.start(self.edition, reason="Wrong labels", by=self.organiser, at=END)
        given = {row["entry"]: row["given"] for row in self.log}
        for result in started.results.order_by("pk"):
            scored(result, *self._of(given.get(result.entry_id, dict.fromkeys(self.truth, 0))))  # type: ignore[arg-type]  # it has a job, too
        preview = rescoring.preview(started)
        assert preview.is_ready and not preview.failed and preview.changed
        rescoring.apply(started, by=self.organiser)

    def disqualify(self, name: str) -> None:
        conduct.disqualify(self._team(name), self.edition, reason="Two accounts", by=self.organiser, at=END)

    def expected(self, name: BoardName, *, without: str = "") -> Places:
        """A board by pandas, from the log."""
        frame = pd.DataFrame(self.log)
        scores = frame["given"].map(self._of)
        frame["public"] = scores.str[0].round(3)
        frame["private"] = scores.str[1].round(5)
        frame = frame[frame["team"] != without].drop(columns="given")
        ordered = frame.sort_values(["public", "at", "entry"], ascending=[False, True, True])
        if name == "private":
            picked = frame[frame["entry"].isin([pk for own in self.chosen.values() for pk in own])]
            rest = ordered[~ordered["team"].isin(picked["team"])].groupby("team").head(FINALS)
            ordered = pd.concat([picked, rest]).sort_values(["private", "at", "entry"], ascending=[False, True, True])
        best = ordered.drop_duplicates("team").assign(founded=lambda rows: rows["team"].map(self._founded()))
        best = best.sort_values([name, "at", "founded"], ascending=[False, True, True])
        return [(rank, row.team, getattr(row, name)) for rank, row in enumerate(best.itertuples(), start=1)]

    @staticmethod
    def _founded() -> dict[str, int]:
        """The last of the tie rules: the team that was founded earlier."""
        return dict(Team.objects.ranked().values_list("name", "pk"))


def boards_as_shown(client: Client, board: BoardName) -> list[Places]:
    """One board as three readers see it: by its pages, in the API, as CSV; baselines left out."""
    pages: Places = []
    address = f"{ADDRESS}?board={board}"
    while address:
        page = client.get(address).content.decode()
        pages += [(int(rank), name, float(score)) for rank, name, score in _ROW.findall(page.split("<tfoot>")[0])]
        following = _NEXT.search(page)
        address = ADDRESS + following[1].replace("&amp;", "&") if following else ""
    told = client.get(f"/api/v1/competitions/even-odd/leaderboard?board={board}").json()
    api = [(row["rank"], row["name"], row["score"]) for row in told["rows"] if not row["baseline"]]
    text = client.get(f"{ADDRESS}?board={board}&format=csv").getvalue().decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["rank"]]
    return [pages, api, [(int(row["rank"]), row["team"], float(row["score"])) for row in rows]]
