"""When a competition takes what: phases in its own time zone, and days that begin at midnight there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.authoring.source.competition_schema import MOMENT
from courses.catalog.models import localized
from courses.cohorts.models import Cohort
from courses.competitions.models import Edition


class Stage(models.TextChoices):
    """Where a competition stands, for everybody alike."""

    RUNNING = "running", _("running")
    COMING = "coming", _("coming")
    PRACTICE = "practice", _("at your own pace")
    PAST = "past", _("past")


@dataclass(frozen=True, kw_only=True)
class Phase:
    slug: str
    title: Mapping[str, str]
    starts: datetime | None  #: None: open from its publication on
    ends: datetime | None  #: None: no end for all; each team ends for itself
    daily: int
    total: int
    counts: bool

    @property
    def title_text(self) -> str:
        return str(localized(self.title))

    def contains(self, at: datetime) -> bool:
        return (self.starts is None or self.starts <= at) and (self.ends is None or at < self.ends)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    zone: ZoneInfo
    phases: tuple[Phase, ...]
    practice: bool  #: whether entries are taken after the end
    merge_until: datetime | None  #: None: as long as entries are taken

    @classmethod
    def of(cls, edition: Edition) -> Self:
        spec = edition.spec
        zone = _zone(edition)
        phases = tuple(
            Phase(
                slug=phase["slug"],
                title=phase["title"],
                starts=_moment(phase["starts"], zone),
                ends=_moment(phase["ends"], zone),
                daily=phase["daily"],
                total=phase["total"],
                counts=phase["counts"],
            )
            for phase in spec["phases"]
        )
        merge_until = _moment(spec["teams"]["merge_until"], zone)
        return cls(zone=zone, phases=phases, practice=spec["practice"], merge_until=merge_until)

    @property
    def starts(self) -> datetime | None:
        return self.phases[0].starts

    @property
    def ends(self) -> datetime | None:
        return self.phases[-1].ends

    @property
    def is_self_paced(self) -> bool:
        return self.ends is None

    def stage(self, at: datetime) -> Stage:
        if self.starts is not None and at < self.starts:
            return Stage.COMING
        if self.ends is None:
            return Stage.PRACTICE
        return Stage.RUNNING if at < self.ends else Stage.PAST

    def has_ended(self, at: datetime) -> bool:
        return self.ends is not None and at >= self.ends

    def phase(self, at: datetime) -> Phase | None:
        """The phase that takes entries at this moment; None: before, between or after them."""
        return next((phase for phase in self.phases if phase.contains(at)), None)

    def next_phase(self, at: datetime) -> Phase | None:
        return next((phase for phase in self.phases if phase.starts is not None and phase.starts > at), None)

    def may_merge(self, at: datetime) -> bool:
        if self.has_ended(at):
            return False
        return self.merge_until is None or at < self.merge_until

    def day(self, at: datetime) -> tuple[datetime, datetime]:
        """The day around a moment, from midnight to midnight in the competition's zone. It may have 23 or 25 hours."""
        local = at.astimezone(self.zone).date()
        begins, ends = (datetime.combine(day, time(), tzinfo=self.zone) for day in (local, local + timedelta(days=1)))
        return begins.astimezone(UTC), ends.astimezone(UTC)

    def days_begun(self, phase: Phase, at: datetime, *, since: datetime) -> int:
        """How many days of a phase have begun; of one without a start, since ``since``."""
        first = (phase.starts or since).astimezone(self.zone).date()
        return max(1, (at.astimezone(self.zone).date() - first).days + 1)


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    return datetime.strptime(text, MOMENT).replace(tzinfo=zone).astimezone(UTC) if text else None


def _zone(edition: Edition) -> ZoneInfo:
    """The competition's zone: as its author says, else its cohort's, else the site's."""
    named = edition.spec["time_zone"]
    if not named and edition.cohort:
        cohort = Cohort.objects.filter(course=edition.competition.course_id, slug=edition.cohort).first()
        named = cohort.time_zone if cohort else ""
    return ZoneInfo(named or settings.TIME_ZONE)
