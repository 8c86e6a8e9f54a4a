"""Numbers of the pools' pages, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workers.audit import words
from workers.audit.models import AuditEvent
from workers.pools import faults

register = template.Library()

MINUTE, HOUR = 60, 3600

#: Of what a machine says which version it has; the others are names of programs.
PARTS = {
    "engine": gettext_lazy("engine"),
    "driver": gettext_lazy("driver"),
    "memory_limit": gettext_lazy("memory limit"),
}


@register.filter
def seconds(value: float | None) -> str:
    """A length of time: 0.24 s, 12 s, 4 min, 2.5 h."""
    if value is None:
        return "–"
    if value >= HOUR:
        return _("%(hours)s h") % {"hours": number_format(value / HOUR, 1)}
    if value >= 2 * MINUTE:
        return _("%(minutes)s min") % {"minutes": number_format(value / MINUTE, 0)}
    return _("%(seconds)s s") % {"seconds": number_format(value, 0 if value >= 10 else 1 if value >= 1 else 2)}


@register.filter
def percent(part: float | None) -> str:
    return "–" if part is None else _("%(percent)s %%") % {"percent": round(100 * part)}


@register.filter
def gigabytes(megabytes: float | None) -> str:
    return "–" if megabytes is None else number_format(megabytes / 1024, 1)


@register.filter
def part(name: str) -> str:
    """What a version is of, as people say it."""
    return str(PARTS.get(name, name))


@register.filter
def called(account: str, names: Mapping[str, str]) -> str:
    """What people call an account, see ``naming``."""
    return names.get(account, account)


@register.filter
def who(line: AuditEvent, names: Mapping[str, str]) -> str:
    """Who did it: what the account is called now, else what it was called then."""
    known = names.get(line.actor, line.actor)
    return words.who(line.actor_name) if known == line.actor else known


@register.filter
def worded(fault: faults.Fault) -> str:
    """Why a machine is not trusted, in the reader's language."""
    return faults.worded(fault)


@register.filter
def done(line: AuditEvent) -> str:
    """What was done, in the reader's language."""
    return words.worded(line.action)


@register.filter
def told(details: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The details of a line of the audit trail, in one line; the group that it is about by its name."""
    group = {"group": called(details["group"], names)} if "group" in details else {}
    return words.told({**details, **group})
