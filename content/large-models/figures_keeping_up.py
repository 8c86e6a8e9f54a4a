"""Draw the figure of chapter 16: `python content/large-models/figures_keeping_up.py`. See figures.py for how."""
from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from figures import DARK, LANGUAGES, LIGHT, Drawing, save

CHAPTER = "16-keeping-up"
MARKED = (2, 5, 20, 100)  # as in the listing
Words = Callable[[str, str], str]


def expected_best(k: int) -> float:
    """The mean of the largest of k draws from a normal distribution: the integral of z times the density of the largest."""
    z = np.linspace(-8, 8, 20001)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    below = np.cumsum(density) * (z[1] - z[0])
    return float(np.trapezoid(z * k * density * below ** (k - 1), z))


def best(drawing: Drawing, words: Words) -> None:
    left, top, width, height = 70, 20, 470, 220

    def place(k: float, value: float) -> tuple[float, float]:
        return left + math.log10(k) / 2 * width, top + (3 - value) / 3 * height

    for value in range(4):
        y = place(1, value)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, value, anchor="end", fill="soft", size=14)
    for k in (1, 2, 5, 10, 20, 50, 100):
        drawing.text(place(k, 0)[0], top + height + 22, k, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 46, words("runs", "运行次数"), fill="soft")
    drawing.line(*(place(k, expected_best(k)) for k in range(1, 101)), colour="accent", stroke=2.5)
    for k in MARKED:
        x, y = place(k, expected_best(k))
        drawing.circle(x, y, 5, fill="fill", line="accent")
        drawing.text(x, y - 12, f"{expected_best(k):.2f}", fill="accent", size=14)
    drawing.text(left + width + 14, place(1, expected_best(100))[1] + 5, words("the best", "最好的一次"), anchor="start", fill="accent")
    drawing.line(place(1, 0), place(100, 0), colour="seal", stroke=2.5, dash="6 4")
    drawing.text(left + width + 14, place(1, 0)[1] + 5, words("the mean", "均值"), anchor="start", fill="seal")


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for n, language in enumerate(LANGUAGES):
            drawing = Drawing(660, 300, colours)
            best(drawing, lambda *texts, n=n: texts[n])
            save(CHAPTER, f"best.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
