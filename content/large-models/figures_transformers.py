"""Draw the figures of chapter 9: `python content/large-models/figures_transformers.py`. See figures.py for how."""
from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from figures import DARK, LANGUAGES, LIGHT, Drawing, save

CHAPTER = "09-transformers"
Words = Callable[[str, str], str]


def encoding(length: int, width: int) -> np.ndarray:
    angle = np.arange(length)[:, None] * 10000.0 ** (-np.arange(0, width, 2) / width)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(length, width)


def positions(drawing: Drawing, words: Words) -> None:
    table, left, top, size = encoding(64, 64), 70, 34, 4
    drawing.box(left, top, 64 * size, 64 * size, fill="even")
    drawing.pixels(table, left, top, size)
    drawing.text(left + 128, 22, words("column 0 to 63", "第 0 到 63 列"), fill="soft", size=14)
    for place in (0, 16, 32, 48, 63):
        drawing.text(left - 8, top + (place + 0.5) * size + 5, place, anchor="end", fill="soft", size=13)
    drawing.text(left + 128, top + 284, words("position  ↓", "位置  ↓"), fill="soft", size=14)
    x0, width, height = 430, 330, 220
    products = table @ table[32]

    def at(place: float, value: float) -> tuple[float, float]:
        return x0 + place / 63 * width, top + 20 + (32 - value) / 32 * height

    for value in (0, 8, 16, 24, 32):
        y = at(0, value)[1]
        drawing.line((x0, y), (x0 + width, y), colour="line", stroke=1)
        drawing.text(x0 - 8, y + 5, value, anchor="end", fill="soft", size=13)
    for place in (0, 16, 32, 48, 63):
        drawing.text(at(place, 0)[0], top + height + 40, place, fill="soft", size=13)
    drawing.line(*(at(place, value) for place, value in enumerate(products)), colour="accent", stroke=2.5)
    drawing.text(x0 + width / 2, 22, words("dot product with position 32", "与位置 32 的点积"), fill="soft", size=14)
    drawing.text(x0 + width / 2, top + 284, words("position", "位置"), fill="soft", size=14)


def stack(drawing: Drawing, x: float, title: str, parts: list[tuple[str, str, str]], below: str) -> None:
    """One block from below: a line upwards, and for each part a way through a norm and the part, back to the line."""
    y, line = 440, x
    drawing.text(x + 80, 24, title, weight="bold")
    drawing.text(line, y + 22, below, size=14)
    drawing.line((line, y), (line, 44), stroke=3, colour="accent", arrow=True)
    for name, norm, note in parts:
        drawing.line((line, y - 14), (line + 120, y - 14), (line + 120, y - 22))
        drawing.box(line + 60, y - 48, 120, 26, fill="even", radius=6)
        drawing.text(line + 120, y - 30, norm, size=13)
        drawing.line((line + 120, y - 48), (line + 120, y - 58), arrow=True)
        drawing.box(line + 36, y - 92, 168, 34, fill="wash", line="accent", radius=6)
        drawing.text(line + 120, y - 70, name, size=14)
        drawing.line((line + 120, y - 92), (line + 120, y - 106), (line + 13, y - 106), arrow=True)
        drawing.circle(line, y - 106, 12, line="accent")
        drawing.text(line, y - 100, "+", size=18, fill="accent")
        if note:
            drawing.line((line + 258, y - 75), (line + 206, y - 75), colour="seal", stroke=2, arrow=True)
            drawing.text(line + 264, y - 70, note, anchor="start", fill="seal", size=13)
        y -= 124


def blocks(drawing: Drawing, words: Words) -> None:
    norm, network = words("norm", "归一化"), words("MLP", "MLP")
    look, past = words("self-attention", "自注意力"), words("self-attention, masked", "带掩码的自注意力")
    stack(drawing, 50, words("encoder block", "编码器块"), [(look, norm, ""), (network, norm, "")], words("source", "源"))
    cross = words("cross-attention", "交叉注意力")
    note = words("keys and values: memory", "键和值：编码器的记忆")
    stack(drawing, 390, words("decoder block", "解码器块"), [(past, norm, ""), (cross, norm, note), (network, norm, "")], words("target", "目标"))


def rotary(drawing: Drawing, words: Words) -> None:
    radius = 95
    for n, (m, k) in enumerate(((3, 1), (5, 3))):
        x, y = 190 + n * 340, 150
        drawing.circle(x, y, radius, line="line")
        drawing.line((x - radius - 12, y), (x + radius + 12, y), colour="line", stroke=1)
        drawing.line((x, y + radius + 12), (x, y - radius - 12), colour="line", stroke=1)
        arc = [(x + 34 * math.cos(a), y - 34 * math.sin(a)) for a in np.linspace(k, m, 30)]
        drawing.line(*((round(px, 1), round(py, 1)) for px, py in arc), colour="ink", stroke=2)
        middle = (m + k) / 2
        drawing.text(x + 52 * math.cos(middle), y - 52 * math.sin(middle) + 5, "2", weight="bold")
        for angle, colour, name in ((m, "accent", words("query", "查询")), (k, "seal", words("key", "键"))):
            px, py = x + radius * math.cos(angle), y - radius * math.sin(angle)
            drawing.line((x, y), (round(px, 1), round(py, 1)), colour=colour, stroke=2.5, arrow=True)
            side = "start" if math.cos(angle) > 0 else "end"
            drawing.text(x + (radius + 14) * math.cos(angle), y - (radius + 16) * math.sin(angle) + 5, f"{name} {angle}", fill=colour, anchor=side, size=14)
        drawing.text(x, 24, words(f"positions {m} and {k}", f"位置 {m} 与 {k}"), fill="soft")
        drawing.text(x, 286, words("score cos 2 = −0.416", "得分 cos 2 = −0.416"), fill="soft")


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for draw, width, height in ((positions, 790, 330), (blocks, 830, 475), (rotary, 690, 300)):
            for n, language in enumerate(LANGUAGES):
                drawing = Drawing(width, height, colours)
                draw(drawing, lambda *texts, n=n: texts[n])
                save(CHAPTER, f"{draw.__name__}.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
