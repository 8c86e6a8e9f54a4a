"""Draw the figures of chapter 7: `python content/large-models/figures_recurrent_networks.py`."""
from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from figures import DARK, LANGUAGES, LIGHT, Drawing, save

CHAPTER = "07-recurrent-networks"


def unrolled(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    drawing.box(60, 80, 84, 52, fill="wash", line="accent", radius=8)
    drawing.text(102, 112, "tanh", fill="accent")
    drawing.line((102, 190), (102, 136), arrow=True)
    drawing.text(102, 210, "x", style="italic")
    drawing.line((144, 106), (176, 106), (176, 44), (30, 44), (30, 106), (56, 106), colour="seal", arrow=True)
    drawing.text(102, 36, "h", fill="seal", style="italic")
    drawing.text(222, 112, "=", size=24)
    for n in range(4):
        x = 330 + n * 140
        drawing.box(x - 42, 80, 84, 52, fill="wash", line="accent", radius=8)
        drawing.text(x, 112, "tanh", fill="accent")
        drawing.line((x, 190), (x, 136), arrow=True)
        drawing.text(x, 210, f"x{'₁₂₃₄'[n]}", style="italic")
        drawing.line((x - 96, 106), (x - 46, 106), colour="seal", arrow=True)
        drawing.text(x - 70, 96, f"h{'₀₁₂₃'[n]}", fill="seal", style="italic")
        drawing.line((x, 80), (x, 46), arrow=True)
        drawing.text(x, 36, f"h{'₁₂₃₄'[n]}", fill="seal", style="italic")
    drawing.line((794, 106), (830, 106), colour="seal", arrow=True)
    drawing.text(540, 238, words("one layer, the same weights at every step", "同一个层，每一步权重都相同"), fill="soft", size=14)


def cell(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    """An LSTM: the cell state runs along the top, gates open onto it."""
    drawing.box(110, 30, 520, 220, radius=14, line="line", stroke=1.5)
    drawing.line((50, 70), (700, 70), colour="seal", stroke=3, arrow=True)
    drawing.text(30, 75, "c", fill="seal", style="italic", size=18)
    drawing.text(724, 75, "c′", fill="seal", style="italic", size=18)
    drawing.line((50, 220), (560, 220), colour="soft", stroke=1.5)
    drawing.text(30, 225, "h, x", style="italic", size=16)
    gates = [(190, "f", "σ", words("forget", "遗忘门")), (290, "i", "σ", words("input", "输入门")), (380, "g", "tanh", words("candidate", "候选值")), (500, "o", "σ", words("output", "输出门"))]
    for x, name, squash, title in gates:
        drawing.line((x, 220), (x, 196), arrow=True)
        drawing.box(x - 28, 160, 56, 34, fill="wash", line="accent", radius=6)
        drawing.text(x, 182, squash, fill="accent", size=14)
        drawing.text(x + 10, 150, name, style="italic", anchor="start")
        drawing.text(x, 240, title, size=12, fill="soft")
    drawing.line((190, 160), (190, 84), arrow=True)
    drawing.circle(190, 70, 13)
    drawing.text(190, 76, "×", size=18)
    drawing.line((290, 160), (290, 122), (322, 122), arrow=True)
    drawing.line((380, 160), (380, 122), (350, 122), arrow=True)
    drawing.circle(336, 122, 13)
    drawing.text(336, 128, "×", size=18)
    drawing.line((336, 109), (336, 85), arrow=True)
    drawing.circle(336, 70, 13)
    drawing.text(336, 76, "+", size=18)
    drawing.line((580, 70), (580, 98), arrow=True)
    drawing.box(552, 100, 56, 30, fill="wash", line="accent", radius=6)
    drawing.text(580, 120, "tanh", fill="accent", size=14)
    drawing.line((580, 130), (580, 156), arrow=True)
    drawing.line((528, 170), (565, 170), arrow=True)
    drawing.circle(580, 170, 13)
    drawing.text(580, 176, "×", size=18)
    drawing.line((593, 170), (700, 170), arrow=True)
    drawing.text(724, 175, "h′", style="italic", size=18)


def reaches(gain: float | None = None, forget: float = 0.0, steps: int = 60, width: int = 32) -> list[float]:
    """The gradient of each state, from the last back, as a power of ten of the last one: the chapter's listing."""
    torch.manual_seed(0)
    x, h, c, states = torch.randn(16, steps, 8), torch.zeros(16, width), torch.zeros(16, width), []
    cell = nn.RNNCell(8, width) if gain else nn.LSTMCell(8, width)
    with torch.no_grad():
        if gain:
            cell.weight_hh.copy_(gain * torch.linalg.qr(torch.randn(width, width))[0])
        else:
            cell.bias_ih.zero_()
            cell.bias_hh.zero_()
            cell.bias_hh[width : 2 * width] = forget
    for t in range(steps):
        h, c = (cell(x[:, t], h), c) if gain else cell(x[:, t], (h, c))
        states.append(h if gain else c)
        states[-1].retain_grad()
    h.square().mean().backward()
    norms = [state.grad.norm().item() for state in states]
    return [math.log10(max(norm / norms[-1], 1e-30)) for norm in reversed(norms)]


def reach(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    left, top, width, height = 78, 20, 430, 250

    def place(back: int, power: float) -> tuple[float, float]:
        return left + back * width / 40, top + (6 - power) / 20 * height

    for power in (4, 0, -4, -8, -12):
        y = place(0, power)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"10{str(power).translate(str.maketrans('-01248', '⁻⁰¹²⁴⁸'))}", anchor="end", fill="soft", size=14)
    for back in (0, 10, 20, 30, 40):
        drawing.text(place(back, 0)[0], top + height + 22, back, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 44, words("steps back in time", "往回多少步"), fill="soft")
    curves = [
        (dict(gain=3.0), "seal", words("RNN, weights times 3", "RNN，权重乘 3"), ""),
        (dict(gain=1.0), "soft", words("RNN, weights times 1", "RNN，权重乘 1"), ""),
        (dict(gain=0.5), "soft", words("RNN, weights times 0.5", "RNN，权重乘 0.5"), "5 4"),
        (dict(forget=3.0), "accent", words("LSTM, forget bias 3", "LSTM，遗忘门偏置 3"), ""),
        (dict(forget=0.0), "accent", words("LSTM, forget bias 0", "LSTM，遗忘门偏置 0"), "5 4"),
    ]
    for number, (settings, colour, name, dash) in enumerate(curves):
        drawing.line(*(place(back, power) for back, power in enumerate(reaches(**settings)[:41])), colour=colour, stroke=2.5, dash=dash)
        y = 50 + number * 44
        drawing.line((540, y - 5), (570, y - 5), colour=colour, stroke=2.5, dash=dash)
        drawing.text(580, y, name, anchor="start", fill=colour)


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for draw, width, height in ((unrolled, 850, 250), (cell, 750, 265), (reach, 780, 320)):
            for n, language in enumerate(LANGUAGES):
                drawing = Drawing(width, height, colours)
                draw(drawing, lambda *texts, n=n: texts[n])
                save(CHAPTER, f"{draw.__name__}.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
