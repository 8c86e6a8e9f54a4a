"""Draw the figure of chapter 14: `python content/large-models/figures_competitions.py`. See figures.py for how."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
from figures import DARK, LANGUAGES, LIGHT, Drawing, save

CHAPTER = "14-applications-and-competitions"


def votes() -> tuple[list[float], list[float]]:
    """Public and private accuracy of the vote after each entry, as in the listing of the chapter."""
    rng = np.random.default_rng(0)
    truth, entries = rng.integers(0, 2, 4000), rng.integers(0, 2, (300, 4000))
    board = (entries == truth)[:, :1000].mean(axis=1)
    shown, hidden = [], []
    for tried in range(1, 301):
        kept = entries[:tried][board[:tried] >= 0.5]
        right = (kept.mean(axis=0) > 0.5).astype(int) == truth
        shown.append(right[:1000].mean())
        hidden.append(right[1000:].mean())
    return shown, hidden


def leaderboard(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    left, top, width, height = 66, 20, 470, 220

    def place(count: float, value: float) -> tuple[float, float]:
        return round(left + count / 300 * width, 1), round(top + (0.64 - value) / 0.18 * height, 1)

    for value in (0.46, 0.5, 0.54, 0.58, 0.62):
        y = place(0, value)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"{value:.2f}", anchor="end", fill="soft", size=14)
    for count in (0, 100, 200, 300):
        drawing.text(place(count, 0)[0], top + height + 22, count, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 44, words("entries", "提交次数"), fill="soft")
    names = (words("public", "公开部分"), words("private", "私有部分"))
    for values, name, colour in zip(votes(), names, ("seal", "accent"), strict=True):
        points = [place(n, value) for n, value in enumerate(values, start=1)]
        drawing.line(*points[::4], points[-1], colour=colour, stroke=2.5)
        drawing.text(points[-1][0] + 10, points[-1][1] + 5, name, anchor="start", fill=colour)


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for n, language in enumerate(LANGUAGES):
            drawing = Drawing(640, 300, colours)
            leaderboard(drawing, lambda *texts, n=n: texts[n])
            save(CHAPTER, f"leaderboard.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
