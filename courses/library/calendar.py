"""Dated events as iCalendar (RFC 5545), for a calendar that subscribes to them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.library.models import Entry

_WIDEST = 75  #: octets of a line; longer ones go on in the next, which then begins with a space


def calendar(entries: Iterable[Entry], *, host: str, now: datetime.datetime) -> str:
    """A calendar with each event, and each of their deadlines, as a whole-day entry.

    Args:
        entries: dated events, in any order.
        host: of this site; entries are known by it for ever, so that a calendar updates instead of doubling them.
        now: when it was asked for, in UTC.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Gradus//Library//EN", "CALSCALE:GREGORIAN"]
    lines += _property("X-WR-CALNAME", _("Gradus: conferences and competitions"))
    for entry in entries:
        if entry.start is not None:
            last = max(entry.end or entry.start, entry.start)
            lines += _event(
                entry, entry.title_text, first=entry.start, last=last, uid=f"event-{entry.slug}@{host}", now=now
            )
        if entry.deadline is not None:
            title = _("Deadline: %(title)s") % {"title": entry.title_text}
            uid = f"deadline-{entry.slug}@{host}"
            lines += _event(entry, title, first=entry.deadline, last=entry.deadline, uid=uid, now=now)
    return "".join(f"{line}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(
    entry: Entry, title: str, *, first: datetime.date, last: datetime.date, uid: str, now: datetime.datetime
) -> list[str]:
    lines = ["BEGIN:VEVENT", *_property("UID", uid), f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}"]
    lines += [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{last + datetime.timedelta(days=1):%Y%m%d}"]
    for name, value in (("SUMMARY", title), ("DESCRIPTION", entry.summary_text), ("LOCATION", entry.place)):
        if value:
            lines += _property(name, value)
    if entry.url:
        lines += _folded(f"URL:{entry.url}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _property(name: str, text: str) -> list[str]:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _folded(f"{name}:" + "\\n".join(escaped.splitlines()))


def _folded(line: str) -> list[str]:
    """The line in pieces of at most 75 octets, no character cut in two."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _WIDEST:
            pieces.append(piece)
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    return [*pieces, piece]
