"""What every page of a competition has: who reads it, where the competition stands, and which pages there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import localized
from courses.competitions import standings
from courses.competitions.boards import may_see_private
from courses.competitions.limits import Allowance, allowance
from courses.competitions.models import Edition, Participant, Team
from courses.competitions.ranking import Ranking
from courses.competitions.reading import edition_or_404, may_organise, participant_of
from courses.competitions.schedule import Phase, Schedule, Stage


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One request for a page of a competition."""

    edition: Edition
    schedule: Schedule
    at: datetime
    participant: Participant | None
    organises: bool

    @classmethod
    def of(cls, request: HttpRequest, slug: str) -> Frame:
        """404 where there is no such competition for this reader. Reveals it where the time has come."""
        at = timezone.now()
        edition = edition_or_404(request.user, slug)
        standings.reveal_if_due(edition, at=at)
        return cls(
            edition=edition,
            schedule=Schedule.of(edition),
            at=at,
            participant=participant_of(request.user, edition.competition),
            organises=may_organise(request.user, edition.competition),
        )

    @property
    def team(self) -> Team | None:
        return self.participant.team if self.participant else None

    @property
    def user(self) -> User | None:
        return self.participant.user if self.participant else None

    @property
    def stage(self) -> Stage:
        return self.schedule.stage(self.at)

    @property
    def phase(self) -> Phase | None:
        return self.schedule.phase(self.at)

    @cached_property
    def ranking(self) -> Ranking:
        return Ranking.of(self.edition)

    @property
    def allowance(self) -> Allowance | None:
        return allowance(self.team, self.edition, self.schedule, at=self.at) if self.team else None

    @property
    def sees_private(self) -> bool:
        return may_see_private(self.edition, self.team)

    @property
    def metric(self) -> str:
        return metric_name(self.edition)

    def render(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        shown = {"frame": self, "edition": self.edition, "competition": self.edition.competition, **context}
        response = render(request, f"competitions/{template}", shown, status=status)
        if self.participant is not None:
            response["Cache-Control"] = "no-store"
        return response


def metric_name(edition: Edition) -> str:
    """What scores are called: the author's name for their own scoring, or the metric's."""
    spec = (edition.competition.scored_by or edition).spec
    return str(localized(spec["scoring"]["name"])) if spec["scoring"] else str(spec["metric"])
