"""Draw the figures of chapter 10: `python content/large-models/figures_text.py`. See figures.py for how."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
from figures import COURSE, DARK, LANGUAGES, LIGHT, Drawing, save

CHAPTER = "10-text"
Words = Callable[[str, str], str]


def layers(drawing: Drawing, words: Words) -> None:
    rows = [(words("character", "字符"), 40), (words("code point", "码点"), 110), (words("bytes (UTF-8)", "字节（UTF-8）"), 180)]
    for name, y in rows:
        drawing.text(14, y + 27, name, anchor="start", fill="soft")
    x = 170
    for character in "aé字":
        data = character.encode("utf-8")
        width = 72 * len(data)
        drawing.box(x, 40, width, 42, fill="wash", line="accent", radius=6)
        drawing.text(x + width / 2, 68, character, size=20)
        drawing.line((x + width / 2, 82), (x + width / 2, 108), arrow=True)
        drawing.text(x + width / 2, 137, f"U+{ord(character):04X}")
        drawing.line((x + width / 2, 148), (x + width / 2, 178), arrow=True)
        for n, byte in enumerate(data):
            drawing.box(x + 72 * n + 2, 180, 68, 42, radius=4)
            drawing.text(x + 72 * n + 36, 200, f"{byte:02X}", weight="bold")
            drawing.text(x + 72 * n + 36, 216, f"{byte:08b}", size=11, fill="soft")
        x += width + 26


def merge(tokens: list[int], pair: tuple[int, int], new: int) -> list[int]:
    result, i = [], 0
    while i < len(tokens):
        both = tuple(tokens[i : i + 2]) == pair
        result.append(new if both else tokens[i])
        i += 2 if both else 1
    return result


def best_pair(rows: list[list[int]]) -> tuple[int, int]:
    pairs = Counter(pair for row in rows for pair in zip(row, row[1:], strict=False))
    return min(pairs, key=lambda pair: (-pairs[pair], pair))


def merges(drawing: Drawing, words: Words) -> None:
    rows, meaning = [list(b"banana bandana")], {i: chr(i) for i in range(256)}
    for step in range(4):
        y = 20 + step * 52
        name = words("bytes", "字节") if step == 0 else words(f"merge {step}: {meaning[255 + step]}", f"第 {step} 次合并：{meaning[255 + step]}")
        drawing.text(14, y + 23, name, anchor="start", fill="soft", size=14)
        x = 170
        for token in rows[0]:
            width = 34 * len(meaning[token])
            drawing.box(x + 1, y, width - 2, 34, fill="wash" if token > 255 else "fill", line="accent" if token > 255 else "line", radius=4)
            drawing.text(x + width / 2, y + 23, meaning[token].replace(" ", "␣"))
            x += width
        drawing.text(x + 14, y + 23, len(rows[0]), anchor="start", fill="soft", size=14)
        pair = best_pair(rows)
        meaning[256 + step] = meaning[pair[0]] + meaning[pair[1]]
        rows = [merge(rows[0], pair, 256 + step)]


@cache
def curve() -> list[float]:
    """Tokens per character of 100 test texts, after each merge learnt from 200 training texts."""
    poems = json.loads((COURSE / CHAPTER / "poems.json").read_text(encoding="utf-8"))
    rows = [list(text.encode("utf-8")) for text in poems["train_texts"][:200]]
    new = [list(text.encode("utf-8")) for text in poems["test_texts"][:100]]
    characters = sum(map(len, poems["test_texts"][:100]))
    values = [sum(map(len, new)) / characters]
    for token in range(256, 256 + 1000):
        pair = best_pair(rows)
        rows, new = [merge(row, pair, token) for row in rows], [merge(row, pair, token) for row in new]
        values.append(sum(map(len, new)) / characters)
    return values


def vocabulary(drawing: Drawing, words: Words) -> None:
    left, top, width, height = 60, 20, 470, 220

    def place(count: float, value: float) -> tuple[float, float]:
        return left + count / 1000 * width, top + (3.2 - value) / 3.2 * height

    for value in (0, 1, 2, 3):
        y = place(0, value)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, value, anchor="end", fill="soft", size=14)
    for count in (0, 250, 500, 750, 1000):
        drawing.text(place(count, 0)[0], top + height + 22, count, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 44, words("merges", "合并次数"), fill="soft")
    values = curve()
    drawing.line(*(tuple(round(v, 1) for v in place(n, values[n])) for n in range(0, 1001, 10)), colour="accent", stroke=2.5)
    x, y = place(1000, values[-1])
    drawing.text(x + 10, y - 2, words("Chinese verse", "中文诗句"), anchor="start", fill="accent")
    drawing.line(place(0, 1), place(1000, 1), colour="seal", stroke=2.5, dash="6 4")
    drawing.text(x + 10, place(0, 1)[1] + 14, words("English", "英文"), anchor="start", fill="seal")


def pooling(drawing: Drawing, words: Words) -> None:
    texts = [["天", "地", "玄", "∅", "∅"], ["问", "君", "何", "能", "尔"]]
    rng = np.random.default_rng(2)
    drawing.text(140, 22, words("tokens, filled up to 5", "词元，补齐到 5 个"), fill="soft", size=14)
    drawing.text(450, 22, words("vectors", "向量"), fill="soft", size=14)
    drawing.text(640, 22, words("masked mean", "带掩码的平均"), fill="soft", size=14)
    drawing.text(790, 22, "logits", fill="soft", size=14)
    for r, text in enumerate(texts):
        y = 44 + r * 110
        total, real = np.zeros(4), 0
        for c, token in enumerate(text):
            padding = token == "∅"
            drawing.box(20 + c * 48, y, 44, 44, fill="even" if padding else "wash", line="line" if padding else "accent", radius=4)
            drawing.text(42 + c * 48, y + 29, token, fill="soft" if padding else "ink", size=18)
            drawing.text(42 + c * 48, y + 64, "0" if padding else "1", fill="seal" if padding else "accent", size=14)
            vector = np.zeros(4) if padding else rng.uniform(-1, 1, 4)
            total, real = total + vector, real + (not padding)
            for d in range(4):
                column(drawing, 352 + c * 42, y - 6 + d * 15, vector[d])
        drawing.line((266, y + 22), (336, y + 22), arrow=True)
        drawing.text(300, y + 14, "E", style="italic", fill="soft")
        drawing.line((566, y + 22), (614, y + 22), arrow=True)
        for d in range(4):
            column(drawing, 626, y - 6 + d * 15, total[d] / real)
        drawing.line((668, y + 22), (750, y + 22), arrow=True)
        drawing.text(708, y + 14, "W, b", style="italic", fill="soft")
        for d in range(2):
            drawing.circle(790, y + 6 + d * 32, 11, fill="wash", line="accent")
    drawing.text(14, 246, words("The numbers below the tokens are the mask.", "词元下方的数字是掩码。"), anchor="start", fill="soft", size=14)


def column(drawing: Drawing, x: float, y: float, value: float) -> None:
    """One number of a vector: blue for positive, red for negative."""
    drawing.box(x, y, 28, 14, fill="even")
    if value:
        colour = drawing.colour("accent" if value > 0 else "seal")
        drawing.parts.append(f'<rect x="{x:g}" y="{y:g}" width="28" height="14" fill="{colour}" fill-opacity="{abs(value):.2f}"/>')


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for draw, width, height in ((layers, 680, 240), (merges, 690, 230), (vocabulary, 660, 300), (pooling, 840, 260)):
            for n, language in enumerate(LANGUAGES):
                drawing = Drawing(width, height, colours)
                draw(drawing, lambda *texts, n=n: texts[n])
                save(CHAPTER, f"{draw.__name__}.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
