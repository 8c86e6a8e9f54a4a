"""How scores and moments of competitions are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils import formats, timezone
from django.utils.formats import number_format

from courses.competitions.framing import Frame
from courses.competitions.limits import moment
from courses.competitions.schedule import Schedule
from workers.audit import words
from workers.audit.models import AuditEvent

register = template.Library()

MAX_DIGITS = 9


@register.filter
def decimals(value: float | None, digits: int) -> str:
    """A score with all the places that are told, so that columns stand under each other."""
    return "–" if value is None else number_format(value, decimal_pos=min(digits, MAX_DIGITS))


@register.filter
def in_zone(at: datetime | None, frame: Frame) -> str:
    """A moment by the competition's clocks."""
    return moment(at, frame.schedule) if at else ""


@register.filter
def on_clock(at: datetime, frame: Frame) -> str:
    """A moment by the competition's clocks, beside another that names their zone."""
    return formats.date_format(timezone.localtime(at, frame.schedule.zone), "DATETIME_FORMAT")


@register.filter
def signed(places: int | None) -> str:
    """Places up or down: ↑3, ↓2, =."""
    if places is None:
        return ""
    return f"↑{places}" if places > 0 else f"↓{-places}" if places < 0 else "="


@register.filter
def done(line: AuditEvent) -> str:
    """What a line of the audit trail says was done."""
    return words.worded(line.action)


@register.filter
def joined(names: Sequence[str]) -> str:
    return ", ".join(names)


@register.filter
def moment_of(at: datetime | None, schedule: Schedule) -> str:
    """A moment by a schedule's clocks."""
    return moment(at, schedule) if at else ""


@register.filter
def unlocalized(number: float) -> str:
    """A number for machines: a point, no groups."""
    return str(number)
