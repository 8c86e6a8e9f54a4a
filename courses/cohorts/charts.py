"""Charts drawn on the server: bars of shares, told apart by pattern and by number as well as by colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, LABEL, BAR, GAP = 720, 230, 22, 10
#: The widest label, in columns of a fixed font; a Chinese character takes two.
MAX_LABEL = 32
#: A number stands in a bar only where there is room for it.
ROOM = 26


@dataclass(frozen=True, kw_only=True)
class Segment:
    kind: int  #: which of the legend's, from 0
    x: int
    width: int
    count: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def has_room(self) -> bool:
        return self.width >= ROOM


@dataclass(frozen=True, kw_only=True)
class Bar:
    label: str
    full_label: str
    y: int
    segments: Sequence[Segment]

    @property
    def baseline(self) -> int:
        return self.y + BAR - 6


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Stacked bars, each as long as the next: shares of the learners who met an item."""

    name: str  #: an id within the page
    bars: Sequence[Bar]
    legend: Sequence[str]
    width: int = WIDTH
    bar: int = BAR

    @property
    def height(self) -> int:
        return len(self.bars) * (BAR + GAP)


def stacked(name: str, rows: Iterable[tuple[str, Sequence[int]]], *, legend: Sequence[str]) -> Chart:
    """A bar for each row of (label, counts); rows without any count are left out."""
    bars: list[Bar] = []
    for label, counts in rows:
        if sum(counts):
            bars.append(_bar(label, counts, y=len(bars) * (BAR + GAP)))
    return Chart(name=name, bars=bars, legend=legend)


def _bar(label: str, counts: Sequence[int], *, y: int) -> Bar:
    total, room = sum(counts), WIDTH - LABEL
    segments, seen = [], 0
    for kind, count in enumerate(counts):
        start, end = LABEL + room * seen // total, LABEL + room * (seen + count) // total
        seen += count
        if count:
            segments.append(Segment(kind=kind, x=start, width=end - start, count=count))
    return Bar(label=_shortened(label), full_label=label, y=y, segments=segments)


def _shortened(label: str) -> str:
    columns = 0
    for place, character in enumerate(label):
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns > MAX_LABEL:
            return label[:place].rstrip() + "…"
    return label
