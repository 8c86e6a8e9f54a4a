"""A page of a long class list, found by the person that it begins behind: no page costs more than the first.

Numbered pages make the database walk over all that stands before them, and shift when somebody enrolls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from courses.cohorts.models import Enrollment, EnrollmentQuerySet

#: By name, and by account where names are equal; accounts are unique.
ORDER = ("user__last_name", "user__username")


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some enrollments in order, and where the ones before and behind them begin."""

    rows: list[Enrollment]
    before: int | None = None  #: the page that ends before this enrollment; None: there is none
    after: int | None = None  #: the page that begins behind this one

    def __iter__(self) -> Iterator[Enrollment]:
        return iter(self.rows)


def slice_of(rows: EnrollmentQuerySet, query: QueryDict, *, size: int) -> Slice:
    """The page that ``?after=`` or ``?before=`` an enrollment asks for; the first one, if that is in none."""
    back = query.get("before") or ""
    place = _place(rows, back or query.get("after") or "")
    if place is None:
        found = list(rows.order_by(*ORDER)[: size + 1])
        return _slice(found[:size], is_first=True, is_last=len(found) <= size)
    if back:
        found = list(rows.filter(_beyond(place, back=True)).order_by(*(f"-{name}" for name in ORDER))[: size + 1])
        return _slice(found[:size][::-1], is_first=len(found) <= size, is_last=False)
    found = list(rows.filter(_beyond(place, back=False)).order_by(*ORDER)[: size + 1])
    return _slice(found[:size], is_first=False, is_last=len(found) <= size)


def _slice(rows: list[Enrollment], *, is_first: bool, is_last: bool) -> Slice:
    if not rows:
        return Slice(rows=[])
    return Slice(rows=rows, before=None if is_first else rows[0].pk, after=None if is_last else rows[-1].pk)


def _place(rows: EnrollmentQuerySet, given: str) -> tuple[str, str] | None:
    """Name and account of an enrollment of this class."""
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        return None
    return rows.order_by().filter(pk=int(given)).values_list(*ORDER).first()


def _beyond(place: tuple[str, str], *, back: bool) -> Q:
    name, account = place
    way = "lt" if back else "gt"
    return Q(**{f"user__last_name__{way}": name}) | Q(**{"user__last_name": name, f"user__username__{way}": account})
