"""A competition with many teams and entries, and what is measured on it. Import it once Django is set up."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.competitions import standings
from courses.competitions.boards import board_page
from courses.competitions.models import Competition, Edition, Entry, Participant, Team
from courses.competitions.ranking import Ranking
from tests.courses.competitions.sample import SPEC, write_course

BATCH = 5_000
ROUNDS = 25
PEOPLE = 2  #: in a team


class Site:
    """Rows as a long competition leaves them: every entry scored, every place on the public board written."""

    def __init__(self, *, teams: int, entries: int) -> None:
        began = time.monotonic()
        spec = SPEC.replace("starts: 2027-03-01 08:00, ends: 2027-03-05 20:00, ", "")
        with TemporaryDirectory() as scratch:
            publish(write_course(Path(scratch), spec=spec.replace(", merge_until: 2027-03-04 00:00", "")), by=None)
        self.edition = Edition.objects.select_related("competition").get()
        self._competition = self.edition.competition
        self._ranking = Ranking.of(self.edition)
        self._each = entries // teams
        self._start = datetime(2026, 1, 1, tzinfo=UTC)
        with transaction.atomic():
            self._teams(teams)
            self._insert_entries()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.seconds = time.monotonic() - began

    def _teams(self, count: int) -> None:
        users = User.objects.bulk_create(
            (User(username=f"person-{number}", password="!") for number in range(count * PEOPLE)), batch_size=BATCH
        )
        rows = (self._team(number) for number in range(count))
        self.teams = Team.objects.bulk_create(rows, batch_size=BATCH)
        members = (
            Participant(
                competition=self._competition,
                user=user,
                team=self.teams[number // PEOPLE],
                joined=self._start,
                rules="",
            )
            for number, user in enumerate(users)
        )
        Participant.objects.bulk_create(members, batch_size=BATCH)
        self.users = users

    def _score(self, team: int, entry: int) -> float:
        return (team * 7919 + entry * 104_729) % 1000 / 1000

    def _team(self, number: int) -> Team:
        scores = [self._score(number, entry) for entry in range(self._each)]
        best = max(scores)
        return Team(
            competition=self._competition,
            name=f"team {number}",
            created=self._start,
            entry_count=self._each,
            public_score=best,
            public_key=self._ranking.key(best),
            public_at=self._start + timedelta(minutes=scores.index(best), seconds=number),
        )

    def _insert_entries(self) -> None:
        """By plain rows: a million of models would take minutes to make."""
        fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
        names = [field.attname for field in fields]
        plain = Entry(competition=self._competition, phase="main", created=self._start, ended=self._start)
        same = [field.get_db_prep_save(getattr(plain, field.attname), connection) for field in fields]
        moving = ("team_id", "user_id", "created", "digest", "public_score", "private_score")
        places = [names.index(name) for name in moving]
        marks = ", ".join(["%s"] * len(names))
        insert = f"INSERT INTO {Entry._meta.db_table} ({', '.join(names)}) VALUES ({marks})"
        for number, team in enumerate(self.teams):
            rows = []
            for entry in range(self._each):
                at = self._start + timedelta(minutes=entry, seconds=number)
                score = self._score(number, entry)
                values = (
                    team.pk, self.users[number * PEOPLE].pk, connection.ops.adapt_datetimefield_value(at),
                    f"{number:032x}{entry:032x}", score, score,
                )  # fmt: skip
                row = list(same)
                for place, value in zip(places, values, strict=True):
                    row[place] = value
                rows.append(row)
            with connection.cursor() as cursor:
                cursor.executemany(insert, rows)

    def measure(self) -> dict[str, tuple[int, float, float]]:
        middle = self._cursor(len(self.teams) // 2)
        address = "/competitions/even-odd/leaderboard/"
        player, passer_by = Client(), Client()
        player.force_login(self.users[len(self.users) // 3])
        pages = {"first page": address, "a page in the middle": f"{address}?after={middle}"}
        pages |= {"last page": f"{address}?after={self._cursor(len(self.teams) - 20)}"}
        found = {}
        for name, page in pages.items():
            for who, client in (("player", player), ("anybody", passer_by)):
                found[f"{name}, {who}, nothing cached"] = self._timed(client, page, fresh=True)
                found[f"{name}, {who}"] = self._timed(client, page, fresh=False)
        found["the moving part alone, player"] = self._timed(player, f"{address}?fragment=1", fresh=False)
        found["my entries"] = self._timed(player, "/competitions/even-odd/entries/", fresh=False)
        found["one entry is scored"] = self._refreshed()
        return found

    def _cursor(self, place: int) -> str:
        """The cursor of the page that starts at a place."""
        after = ""
        order = Team.objects.filter(public_key__isnull=False).order_by("public_key", "public_at", "pk")
        row = order[place]
        after = f"{row.public_key!r},{round(row.public_at.timestamp() * 1_000_000)},{row.pk}"  # type: ignore[union-attr]
        assert board_page(self.edition, "public", after=after).rows
        return after

    def _timed(self, client: Client, address: str, *, fresh: bool) -> tuple[int, float, float]:
        seconds, processor, queries = [], [], 0
        client.get(address)
        for _round in range(ROUNDS):
            if fresh:
                standings.changed(self._competition.pk)
            began, used = time.perf_counter(), time.process_time()
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
            queries = len(captured)
            assert answer.status_code == 200, answer
        return queries, statistics.median(seconds) * 1000, statistics.median(processor) * 1000

    def _refreshed(self) -> tuple[int, float, float]:
        seconds, processor, queries = [], [], 0
        for team in self.teams[:ROUNDS]:
            began, used = time.perf_counter(), time.process_time()
            with CaptureQueriesContext(connection) as captured:
                standings.refresh(team, self._ranking)
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
            queries = len(captured)
        assert Competition.objects.get().version > 0
        return queries, statistics.median(seconds) * 1000, statistics.median(processor) * 1000
