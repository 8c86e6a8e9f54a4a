"""The history of a team's public scores as a drawing: made here, so that it needs no script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.competitions.models import Entry
from courses.competitions.ranking import Ranking

WIDTH, HEIGHT, MARGIN = 640, 180, 12


@dataclass(frozen=True, kw_only=True)
class Dot:
    x: float
    y: float
    entry: Entry


@dataclass(frozen=True, kw_only=True)
class Chart:
    dots: list[Dot]
    best: str  #: the best so far, as points of a line in steps
    low: float  #: the score at the lower edge
    high: float
    width: int = WIDTH
    height: int = HEIGHT


def history_chart(entries: Iterable[Entry], ranking: Ranking) -> Chart | None:
    """Each scored entry as a dot, in the order of time; better is higher. None for less than two."""
    scored = sorted((entry for entry in entries if entry.public_score is not None), key=lambda entry: entry.pk)
    if len(scored) < 2:
        return None
    scores = [entry.public_score or 0.0 for entry in scored]
    low, high = min(scores), max(scores)
    span = (high - low) or 1.0
    wide = (WIDTH - 2 * MARGIN) / (len(scored) - 1)
    dots = []
    for number, (entry, score) in enumerate(zip(scored, scores, strict=True)):
        up = (score - low) / span if ranking.greater else (high - score) / span
        y = HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)
        dots.append(Dot(x=round(MARGIN + number * wide, 1), y=round(y, 1), entry=entry))
    points, top = [], dots[0].y
    for dot in dots:
        points.append(f"{dot.x},{top}")
        top = min(top, dot.y)
        points.append(f"{dot.x},{top}")
    edges = (low, high) if ranking.greater else (high, low)
    return Chart(dots=dots, best=" ".join(points), low=edges[0], high=edges[1])
