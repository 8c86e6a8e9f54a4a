"""Boards: what is told, who is ahead, which entries are final, and the reveal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.competitions import conduct, joining, rescoring, standings
from courses.competitions.boards import all_rows, board_page
from courses.competitions.models import Edition, Entry, Team
from courses.competitions.ranking import Ranking
from courses.competitions.refusing import CompetitionRefused
from tests.courses.competitions.conftest import AFTER, NOON, current, enter, scored
from tests.courses.competitions.sample import SPEC, labels, right, table, write_course
from workers.audit.models import AuditEvent
from workers.pools.models import Job

Join = Callable[..., Team]


def board(edition: Edition, name: str = "public") -> list[tuple[int | None, str, float]]:
    found = current(edition.competition.slug)
    return [(row.rank, row.name, row.score) for row in board_page(found, name).rows]  # type: ignore[arg-type]


def baseline(edition: Edition) -> Entry:
    return Entry.objects.get(competition=edition.competition, user=None)


def test_public_scores_are_told_rounded_and_the_job_forgets_what_was_measured(
    alice: User, edition: Edition, join: Join
) -> None:
    join(alice)
    entry = scored(enter(alice, edition, right()), 0.87654321, 0.1234567)
    assert (entry.public_score, entry.private_score) == (0.877, 0.12346)
    kept = str(Job.objects.get(owner=f"entry:{entry.pk}").report)
    assert "0.8765" not in kept and "0.1234" not in kept


def test_equal_scores_go_to_the_earlier_entry_and_baselines_take_no_rank(
    alice: User, bob: User, carol: User, edition: Edition, join: Join
) -> None:
    for user in (alice, bob, carol):
        join(user)
    scored(baseline(edition), 0.8, 0.5)
    later = enter(alice, edition, right(5), at=NOON + timedelta(minutes=1))
    scored(enter(bob, edition, right(5)), 0.9, 0.5)
    scored(later, 0.9004, 0.5)
    scored(enter(carol, edition, right(40)), 0.7, 0.5)
    assert board(edition) == [(1, "bob", 0.9), (2, "alice", 0.9), (None, "Baseline: All even", 0.8), (3, "carol", 0.7)]


def test_equal_scores_may_share_a_rank() -> None:
    shared = Ranking(greater=True, public_digits=3, private_digits=5, step=0.0, finals=2, shared=True)
    assert shared.ranks([-3, -2, -2, -2, -1]) == [1, 2, 2, 2, 5]


def test_a_step_is_told_only_when_it_is_passed() -> None:
    ladder = Ranking(greater=True, public_digits=3, private_digits=5, step=0.01, finals=2, shared=False)
    assert ladder.told(0.91, best=None) == (0.91, True)
    assert ladder.told(0.915, best=0.91) == (0.91, False)
    assert ladder.told(0.5, best=0.91) == (0.91, False)
    assert ladder.told(0.92, best=0.91) == (0.92, True)


def test_pages_of_a_board_follow_each_other_in_a_constant_number_of_queries(edition: Edition) -> None:
    ranking = Ranking.of(edition)
    teams = [
        Team(
            competition=edition.competition, name=f"team {n}", created=NOON, entry_count=1,
            public_score=(n * 37 % 50) / 50, public_key=ranking.key((n * 37 % 50) / 50),
            public_at=NOON + timedelta(seconds=n % 7),
        )
        for n in range(130)
    ]  # fmt: skip
    Team.objects.bulk_create(teams)
    own = Team.objects.get(name="team 129")
    expected = sorted(Team.objects.filter(public_key__isnull=False), key=lambda t: (t.public_key, t.public_at, t.pk))
    assert [row.team for row in all_rows(edition, "public")] == [team.pk for team in expected]
    first = board_page(edition, "public", own=own)
    second = board_page(edition, "public", after=first.later, own=own)
    third = board_page(edition, "public", after=second.later, own=own)
    assert [row.rank for page in (first, second, third) for row in page.rows] == list(range(1, 131))
    assert (first.earlier, third.later, first.teams) == ("", "", 130)
    assert board_page(edition, "public", before=third.earlier).rows == second.rows
    place = [team.pk for team in expected].index(own.pk) + 1
    for page in (first, second, third):
        assert (page.mine or next(row for row in page.rows if row.team == own.pk)).rank == place
    counts = []
    for cursor in ("", second.later):
        edition.competition.version += 1
        with CaptureQueriesContext(
            connection,
        ) as queries:
            board_page(edition, "public", after=cursor, own=own)
        counts.append(len(queries))
    assert max(counts) <= 7
    assert board_page(edition, "public", after="nonsense,1,2,3").rows == first.rows


def test_the_private_board_is_of_the_final_entries_and_comes_when_all_are_scored(
    alice: User, bob: User, edition: Edition, join: Join
) -> None:
    first, second = join(alice), join(bob)
    _best, _lucky, worst = (
        scored(enter(alice, edition, right(n)), p, q) for n, p, q in ((1, 0.9, 0.6), (2, 0.8, 0.7), (9, 0.5, 0.95))
    )
    chosen = scored(enter(bob, edition, right(30)), 0.4, 0.9)
    scored(enter(bob, edition, right(31)), 0.95, 0.3)
    standings.choose_finals(second, edition, entries=[chosen.pk], at=NOON)
    scored(baseline(edition), 0.5, 0.5)
    waiting = enter(bob, edition, right(32))
    assert not standings.reveal_if_due(current("even-odd"), at=AFTER)
    assert not Team.objects.exclude(private_score=None).exists()
    scored(waiting, 0.1, 0.99)
    assert standings.reveal_if_due(current("even-odd"), at=AFTER)
    assert board(edition, "private") == [(1, "bob", 0.9), (2, "alice", 0.7), (None, "Baseline: All even", 0.5)]
    assert board(edition)[0] == (1, "bob", 0.95)
    with pytest.raises(CompetitionRefused, match="the final entries stand"):
        standings.choose_finals(first, current("even-odd"), entries=[worst.pk], at=AFTER)
    late = scored(enter(alice, current("even-odd"), right(50), at=AFTER), 1.0, 1.0)
    assert late.practice and board(edition, "private")[0] == (1, "bob", 0.9)


def test_final_entries_are_a_teams_own_scored_and_no_more_than_the_rules_say(
    alice: User, bob: User, edition: Edition, join: Join
) -> None:
    own = join(alice)
    join(bob)
    mine = [scored(enter(alice, edition, right(n)), 0.5 + n / 10, 0.5).pk for n in range(3)]
    theirs = scored(enter(bob, edition, right(7)), 0.9, 0.9).pk
    for wrong in (mine, [theirs], [mine[0], 10**9]):
        with pytest.raises(CompetitionRefused):
            standings.choose_finals(own, edition, entries=wrong, at=NOON)
    standings.choose_finals(own, edition, entries=mine[:2], at=NOON)
    assert [entry.pk for entry in Ranking.of(edition).final(own.entries.counting())] == mine[1::-1]


def test_a_disqualified_team_leaves_both_boards_and_comes_back(
    alice: User, bob: User, carol: User, edition: Edition, join: Join
) -> None:
    team = join(alice)
    join(bob)
    scored(enter(alice, edition, right(1)), 0.9, 0.6)
    scored(enter(bob, edition, right(2)), 0.8, 0.7)
    scored(baseline(edition), 0.5, 0.5)
    assert (
        conduct.preview(Team.objects.get(pk=team.pk), edition).rank,
        conduct.preview(Team.objects.get(pk=team.pk), edition).behind,
    ) == (1, 1)
    with pytest.raises(CompetitionRefused, match="Say why"):
        conduct.disqualify(team, edition, reason=" ", by=carol, at=NOON)
    conduct.disqualify(team, edition, reason="Two accounts", by=carol, at=NOON)
    assert board(edition)[0] == (1, "bob", 0.8)
    line = AuditEvent.objects.filter(action="competition.disqualify").get()
    assert (line.actor_name, line.details["reason"], line.details["members"]) == ("carol", "Two accounts", ["alice"])
    with pytest.raises(CompetitionRefused, match="disqualified"):
        enter(alice, edition, right(3))
    assert standings.reveal_if_due(current("even-odd"), at=AFTER)
    assert board(edition, "private")[0] == (1, "bob", 0.7)
    conduct.reinstate(team, edition, reason="A sister", by=carol)
    assert [row[:2] for row in board(edition, "private")[:2]] == [(1, "bob"), (2, "alice")]
    assert Team.objects.get(pk=team.pk).public_rank == 1


def test_a_rescoring_is_looked_at_before_it_counts(
    alice: User, bob: User, carol: User, tmp_path: Path, edition: Edition, join: Join
) -> None:
    join(alice)
    join(bob)
    scored(baseline(edition), 0.5, 0.5)
    one = scored(enter(alice, edition, right(1)), 0.9, 0.6)
    two = scored(enter(bob, edition, right(2)), 0.8, 0.7)
    folder = write_course(tmp_path)
    corrected = {**labels(), "r3": 1 - labels()["r3"]}
    (folder / "competitions" / "even-odd" / "hidden" / "labels.csv").write_text(table(corrected))
    publish(folder, by=None)
    newer = current("even-odd")
    assert rescoring.waits(newer)
    assert newer.competition.split == edition.competition.split
    started = rescoring.start(newer, reason="A wrong label", by=carol, at=NOON)
    meanwhile = enter(alice, newer, right(4), at=NOON)
    assert Job.objects.get(owner=f"entry:{meanwhile.pk}").bundle == edition.bundle != newer.bundle
    for row, numbers in zip(started.results.order_by("entry_id"), ((0.5, 0.5), (0.7, 0.6), (0.85, 0.7)), strict=True):
        scored(row, *numbers)  # type: ignore[arg-type]  # it has a job, too
    assert board(newer)[0] == (1, "alice", 0.9)
    found = rescoring.preview(rescoring.open_of(newer.competition))  # type: ignore[arg-type]
    assert found.is_ready
    changes = [(each.team.name, each.before, each.after, each.rank_before, each.rank_after) for each in found.changes]
    assert changes == [("bob", 0.8, 0.85, 2, 1), ("alice", 0.9, 0.7, 1, 2)]
    with pytest.raises(CompetitionRefused, match="Not every entry has its new score yet"):
        rescoring.apply(started, by=carol)
    scored(meanwhile, 0.6, 0.6)
    with pytest.raises(CompetitionRefused, match="Not every entry"):
        rescoring.apply(started, by=carol)
    scored(started.results.get(entry=meanwhile), 0.61, 0.6)  # type: ignore[arg-type]
    rescoring.apply(started, by=carol)
    assert board(newer)[:2] == [(1, "bob", 0.85), (2, "alice", 0.7)]
    assert Entry.objects.get(pk=one.pk).private_score == 0.6 and Entry.objects.get(pk=two.pk).public_score == 0.85
    assert not rescoring.waits(current("even-odd"))
    assert [e.action for e in AuditEvent.objects.filter(subject="competition:even-odd")] == [
        "competition.apply_scores", "competition.rescore"
    ]  # fmt: skip


def test_at_ones_own_pace_a_team_ends_for_itself_and_sees_its_own(
    alice: User, bob: User, carol: User, tmp_path: Path, db: None
) -> None:
    spec = SPEC.replace("starts: 2027-03-01 08:00, ends: 2027-03-05 20:00, ", "").replace(
        ", merge_until: 2027-03-04 00:00", ""
    )
    publish(write_course(tmp_path, spec=spec), by=None)
    edition = current("even-odd")
    teams = [joining.join(user, edition, accepts=True, at=NOON).team for user in (alice, bob)]
    scored(baseline(edition), 0.5, 0.55)
    for user, public, private in ((alice, 0.9, 0.6), (bob, 0.8, 0.7)):
        scored(enter(user, edition, right(int(public * 10))), public, private)
    guest = joining.join(carol, edition, accepts=True, at=NOON)
    invitation = joining.invite(teams[0], edition, guest_name="carol", by=alice, at=NOON)
    joining.accept(invitation, edition, at=NOON)
    standings.finish(teams[0], edition, at=NOON)
    guest.refresh_from_db()
    with pytest.raises(CompetitionRefused, match="“alice” can change no more"):  # they have seen private scores
        joining.leave(guest, edition, at=NOON)
    assert board(edition, "private") == [(1, "alice", 0.6), (None, "Baseline: All even", 0.55)]
    assert Team.objects.get(pk=teams[1].pk).private_score is None
    assert scored(enter(alice, edition, right(33)), 1.0, 1.0).practice
    standings.finish(teams[1], edition, at=NOON)
    assert [row[:2] for row in board(edition, "private")] == [(1, "bob"), (2, "alice"), (None, "Baseline: All even")]
    assert [row.moved for row in board_page(current("even-odd"), "private").rows] == [1, -1, None]
