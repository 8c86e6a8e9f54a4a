"""A whole season: every board equals what pandas makes of the log, before and after re-scoring and disqualifying."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from courses.competitions import standings
from courses.competitions.models import Entry, Team
from tests.courses.competitions.season import END, Plan, Season

PLANS = [
    Plan(people=24, teams=8, entries=160, daily=8),
    pytest.param(
        Plan(people=200, teams=40, entries=5600, daily=30), marks=[pytest.mark.long, pytest.mark.timeout(3600)]
    ),
]


@pytest.mark.parametrize("plan", PLANS, ids=["short", "whole"])
def test_every_board_equals_an_independent_computation(plan: Plan, db: None, tmp_path: Path) -> None:
    season = Season(plan=plan, folder=tmp_path)
    season.play()
    assert len(set(season.team_of.values())) == plan.teams
    assert season.refused > 0
    assert season.board("public") == season.expected("public")
    assert not Team.objects.exclude(private_score=None).exists()
    season.correct_labels(["r3", "r17", "r40", "r41", "r77"])
    assert season.board("public") == season.expected("public")
    first = season.board("public")[0][1]
    season.disqualify(first)
    assert season.board("public") == season.expected("public", without=first)
    assert not standings.reveal_if_due(season.edition, at=END - timedelta(seconds=1))
    assert season.board("private") == []
    assert standings.reveal_if_due(season.edition, at=END)
    assert season.board("private") == season.expected("private", without=first)
    assert Entry.objects.exclude(user=None).count() == len(season.log)
    before = {head: rank for rank, head, _score in season.board("public")}
    moved = {row.pk: row.public_rank - row.private_rank for row in Team.objects.exclude(private_rank=None)}  # type: ignore[operator]
    pks = season._team_pks()
    assert all(moved[pks[head]] == before[head] - rank for rank, head, _score in season.board("private"))
