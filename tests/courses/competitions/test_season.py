"""A whole season: every board equals what pandas makes of the log, and no private score is anywhere before its time."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from courses.accounts.models import ApiToken, User
from courses.competitions import own_data, standings
from courses.competitions.models import Entry, Team
from tests.courses.competitions.season import END, Plan, Season, boards_as_shown
from tests.courses.competitions.test_secrecy import addresses, body

PLANS = [
    Plan(people=24, teams=8, entries=150, leaves=2, daily=8),
    pytest.param(
        Plan(people=200, teams=40, entries=5500, leaves=12, daily=60, watched=True),
        marks=[pytest.mark.long, pytest.mark.timeout(3600)],
    ),
]
#: Where a private score may lie before its time: read by ``standings``, ``showing`` and ``rescoring`` alone.
KEPT = {"competitions.Entry": "private_score", "competitions.Rescored": "private"}
_NUMBER = re.compile(r"(?<![\d.])0[.,](\d{5,})")


def reader(user: User) -> tuple[Client, str]:
    token = ApiToken.objects.issue(user=user, name="x")[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    client.force_login(user)
    return client, token


def secrets(season: Season) -> set[float]:
    """Private scores that cannot be taken for a public one: those with more than its three places."""
    found = {round(season._of(row["given"])[1], 5) for row in season.log}
    return {score for score in found if round(score, 3) != score}


def leaked(text: str, hidden: set[float]) -> list[str]:
    return [digits for digits in _NUMBER.findall(text) if round(float(f"0.{digits}"), 5) in hidden]


def assert_nothing_is_told(season: Season, hidden: set[float]) -> None:
    """Every page, reply and export for a player and for organisers; what people take along; the whole database."""
    assert len(hidden) > 20
    player = season.users[season.log[0]["user"]]
    root = User.objects.filter(username="root").first() or User.objects.create_superuser("root")
    for user in (player, season.organiser, root):
        client, token = reader(user)
        for address in addresses(season.edition):
            assert not leaked(body(client, address, token), hidden), (user, address)
        assert not leaked(str(own_data.export(user)), hidden)
    for model in apps.get_models():
        own = KEPT.get(model._meta.label)
        names = [column.name for column in model._meta.concrete_fields if column.name != own]
        assert not leaked(str(list(model._default_manager.values(*names))), hidden), model


@pytest.mark.parametrize("plan", PLANS, ids=["short", "whole"])
def test_every_board_equals_an_independent_computation(plan: Plan, db: None, tmp_path: Path) -> None:
    season = Season(plan=plan, folder=tmp_path)
    season.begin()
    season.play()
    assert len(set(season.team_of.values())) == plan.teams
    assert season.refused > 0 and season.midnights == 4
    assert Entry.objects.exclude(user=None).count() == len(season.log) > 0.91 * plan.entries
    client, _token = reader(season.organiser)
    public = season.expected("public")
    assert boards_as_shown(client, "public") == [public, public, public]
    hidden = secrets(season)
    if plan.watched:
        assert_nothing_is_told(season, hidden)
    season.correct_labels(["r3", "r17", "r40", "r41", "r77"])
    assert season.expected("public") != public
    public = season.expected("public")
    assert boards_as_shown(client, "public") == [public, public, public]
    first = public[0][1]
    season.disqualify(first)
    public = season.expected("public", without=first)
    assert boards_as_shown(client, "public") == [public, public, public]
    assert not standings.reveal_if_due(season.edition, at=END - timedelta(seconds=1))
    assert client.get("/competitions/even-odd/leaderboard/?board=private").status_code == 404
    assert not Team.objects.exclude(private_score=None, private_key=None, private_rank=None).exists()
    if plan.watched:
        assert_nothing_is_told(season, hidden | secrets(season))
    assert standings.reveal_if_due(season.edition, at=END)
    private = season.expected("private", without=first)
    assert boards_as_shown(client, "private") == [private, private, private]
    before = {name: rank for rank, name, _score in public}
    moved = {team.name: team.public_rank - team.private_rank for team in Team.objects.exclude(private_rank=None)}  # type: ignore[operator]  # it has both
    assert moved == {name: before[name] - rank for rank, name, _score in private}
