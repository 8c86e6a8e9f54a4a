"""Teams: one person, one team; merging and leaving win nobody an entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from courses.accounts.models import User
from courses.competitions import joining
from courses.competitions.models import Edition, Participant, Team
from courses.competitions.refusing import CompetitionRefused
from tests.courses.competitions.conftest import AFTER, NOON, enter, scored
from tests.courses.competitions.sample import right

Join = Callable[..., Team]


def merge(host: Team, guest: User, edition: Edition, *, at: datetime = NOON) -> Team:
    by = host.members.get().user
    invitation = joining.invite(host, edition, guest_name=guest.username, by=by, at=at)
    joining.accept(invitation, edition, at=at)
    return Team.objects.get(pk=host.pk)


def test_one_joins_by_accepting_the_rules_and_once(alice: User, edition: Edition) -> None:
    with pytest.raises(CompetitionRefused, match="Accept the rules"):
        joining.join(alice, edition, accepts=False, at=NOON)
    first = joining.join(alice, edition, accepts=True, at=NOON)
    assert joining.join(alice, edition, accepts=True, at=NOON).pk == first.pk
    assert first.rules == joining.rules_digest(edition)
    assert Participant.objects.count() == 1


def test_two_teams_become_one_with_the_entries_of_both(alice: User, bob: User, edition: Edition, join: Join) -> None:
    host, guest = join(alice), join(bob)
    scored(enter(alice, edition, right(5)), 0.9, 0.8)
    scored(enter(bob, edition, right(3)), 0.95, 0.7)
    merged = merge(host, bob, edition)
    assert merged.entry_count == 2
    assert (merged.public_score, Participant.objects.get(user=bob).team_id) == (0.95, host.pk)
    assert not Team.objects.ranked().filter(pk=guest.pk).exists()
    with pytest.raises(CompetitionRefused, match="Nobody who has joined is called"):
        joining.invite(host, edition, guest_name="bob", by=alice, at=NOON)


def test_together_they_may_have_made_no_more_entries_than_one_team(
    alice: User, bob: User, edition: Edition, join: Join
) -> None:
    host = join(alice)
    join(bob)
    for wrong in range(3):
        enter(alice, edition, right(wrong), at=NOON)
        enter(bob, edition, right(10 + wrong), at=NOON + timedelta(minutes=1))
    enter(bob, edition, right(20), at=NOON + timedelta(days=1))
    day_two, day_three = NOON, NOON + timedelta(days=1, hours=1)
    for at, fits in ((day_two, False), (day_three, True)):  # two days allow six, three allow nine
        if fits:
            assert merge(host, bob, edition, at=at).members.count() == 2
        else:
            with pytest.raises(CompetitionRefused, match="more entries than one team could have by now"):
                merge(host, bob, edition, at=at)


def test_leaving_gives_nobody_a_fresh_allowance(alice: User, bob: User, edition: Edition, join: Join) -> None:
    host = join(alice)
    join(bob)
    merge(host, bob, edition)
    for wrong in range(3):
        enter(bob, edition, right(wrong))
    own = joining.leave(Participant.objects.get(user=bob), edition, at=NOON)
    assert own.pk != host.pk and own.entries.count() == 0 and host.entries.count() == 3
    for user in (alice, bob):
        with pytest.raises(CompetitionRefused, match="3 entries of today"):
            enter(user, edition, right(30))


def test_teams_are_no_larger_than_the_rules_say_and_change_until_their_date(
    alice: User, bob: User, carol: User, dave: User, edition: Edition, join: Join
) -> None:
    host = join(alice)
    for user in (bob, carol, dave):
        join(user)
    joining.accept(joining.invite(host, edition, guest_name="bob", by=alice, at=NOON), edition, at=NOON)
    late = joining.invite(host, edition, guest_name="carol", by=alice, at=NOON)
    merge_until = datetime(2027, 3, 3, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    with pytest.raises(CompetitionRefused, match=r"Teams could change until .*March 4, 2027, midnight"):
        joining.accept(late, edition, at=merge_until)
    joining.accept(late, edition, at=merge_until - timedelta(seconds=1))
    with pytest.raises(CompetitionRefused, match="may have 3 members"):
        joining.invite(host, edition, guest_name="dave", by=alice, at=NOON)
    with pytest.raises(CompetitionRefused, match="Teams could change"):
        joining.leave(Participant.objects.get(user=bob), edition, at=AFTER)


def test_a_name_belongs_to_one_team_and_is_one_line(alice: User, bob: User, edition: Edition, join: Join) -> None:
    host, guest = join(alice), join(bob)
    joining.rename(host, name="  =2+3\u202e \n Owls ")
    assert Team.objects.get(pk=host.pk).name == "=2+3 Owls"
    for name in ("=2+3 owls", "", "baseline: zeros"):
        with pytest.raises(CompetitionRefused):
            joining.rename(guest, name=name)
