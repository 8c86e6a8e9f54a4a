"""Draw the figures of the chapters: `python content/large-models/figures.py`.

Each figure is written light and dark (`x.svg`, `x.dark.svg`), and once for each language where it has words in it.
The numbers in them are computed here from the same data as in the chapters, or are those of the worked examples.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

COURSE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh-hans")
LIGHT = {"ink": "#17201c", "soft": "#566259", "line": "#b9c3bb", "fill": "#ffffff", "wash": "#dfebf2", "accent": "#17597f", "seal": "#a8382a", "even": "#fdfdfc"}
DARK = {"ink": "#e6ebe7", "soft": "#9aa69f", "line": "#46534f", "fill": "#1a2120", "wash": "#17313f", "accent": "#86c5e6", "seal": "#f09383", "even": "#1a2120"}
FONT = "'Source Sans 3', system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"


class Drawing:
    """An SVG under construction; colours are names of a palette."""

    def __init__(self, width: int, height: int, colours: dict[str, str]):
        self.width, self.height, self.colours, self.parts = width, height, colours, []

    def colour(self, name: str) -> str:
        return self.colours.get(name, name)

    def text(self, x, y, text, *, size=15, fill="ink", anchor="middle", weight="normal", style="normal"):
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{self.colour(fill)}" text-anchor="{anchor}" '
            f'font-weight="{weight}" font-style="{style}">{escape(str(text))}</text>'
        )

    def box(self, x, y, w, h, *, fill="fill", line="line", radius=0, stroke=1.0):
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{radius}" fill="{self.colour(fill)}" '
            f'stroke="{self.colour(line)}" stroke-width="{stroke:g}"/>'
        )

    def circle(self, x, y, r, *, fill="fill", line="ink"):
        self.parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{self.colour(fill)}" stroke="{self.colour(line)}" stroke-width="1.5"/>')

    def line(self, *points, colour="soft", stroke=1.5, arrow=False, dash=""):
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{self.colour(colour)}" stroke-width="{stroke:g}" stroke-linejoin="round"{extra}/>')
        if arrow:
            (x0, y0), (x1, y1) = points[-2:]
            angle = math.atan2(y1 - y0, x1 - x0)
            left = (x1 - 9 * math.cos(angle - 0.4), y1 - 9 * math.sin(angle - 0.4))
            right = (x1 - 9 * math.cos(angle + 0.4), y1 - 9 * math.sin(angle + 0.4))
            corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((x1, y1), left, right))
            self.parts.append(f'<polygon points="{corners}" fill="{self.colour(colour)}"/>')

    def pixels(self, values: np.ndarray, x, y, size, *, levels=8):
        """A map of numbers from -1 to 1: ink or accent for positive ones, seal for negative ones; equal runs joined."""
        rounded = np.round(values * levels).astype(int)
        paths: dict[int, list[str]] = {}
        for row, line in enumerate(rounded):
            start = 0
            for column in range(1, len(line) + 1):
                if column == len(line) or line[column] != line[start]:
                    if line[start]:
                        run = column - start
                        paths.setdefault(int(line[start]), []).append(f"M{start} {row}h{run}v1h-{run}z")
                    start = column
        self.parts.append(f'<g transform="translate({x:g} {y:g}) scale({size:g})" shape-rendering="crispEdges">')
        for level, path in sorted(paths.items()):
            name = "accent" if level > 0 else "seal"
            self.parts.append(f'<path d="{"".join(path)}" fill="{self.colour(name)}" fill-opacity="{abs(level) / levels:g}"/>')
        self.parts.append("</g>")

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'font-family="{FONT}">\n' + "\n".join(self.parts) + "\n</svg>\n"
        )


def load() -> dict[str, torch.Tensor]:
    with np.load(COURSE / "02-neural-networks" / "digits.npz") as digits:
        return {name: torch.from_numpy(digits[name]) for name in digits.files}


# Chapter 1


def points_around(centres: list[tuple[float, float]], each: int, spread: float) -> np.ndarray:
    return np.concatenate([np.random.default_rng(3 + n).normal(centre, spread, (each, 2)) for n, centre in enumerate(centres)])


def ways(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    titles = [words("supervised", "监督学习"), words("unsupervised", "无监督学习"), words("reinforcement", "强化学习")]
    for n, title in enumerate(titles):
        drawing.text(130 + n * 270, 26, title, weight="bold")
        drawing.box(14 + n * 270, 42, 232, 190, radius=6)
    xs, ys = [0, 1, 2, 3], [1, 2, 2, 4]  # the worked example, with its line 0.9 + 0.9 x
    place = [(48 + 55 * x, 214 - 38 * y) for x, y in zip(xs, ys, strict=True)]
    drawing.line((28, 214 - 38 * (0.9 - 0.9 * 20 / 55)), (236, 214 - 38 * (0.9 + 0.9 * 188 / 55)), colour="accent", stroke=2.5)
    for x, (px, py) in zip(xs, place, strict=True):
        drawing.line((px, py), (px, 214 - 38 * (0.9 + 0.9 * x)), colour="seal", dash="4 3")
        drawing.circle(px, py, 5, fill="ink")
    groups, names = [(345, 95), (455, 110), (400, 190)], ["accent", "seal", "soft"]
    for n, (px, py) in enumerate(points_around(groups, 8, 15)):
        drawing.circle(min(max(px, 294), 508), min(max(py, 52), 222), 4, fill="fill", line=names[n // 8])
    for (px, py), name in zip([p.mean(0) for p in points_around(groups, 8, 15).reshape(3, 8, 2)], names, strict=True):
        drawing.line((px - 9, py), (px + 9, py), colour=name, stroke=3)
        drawing.line((px, py - 9), (px, py + 9), colour=name, stroke=3)
    drawing.box(580, 64, 180, 42, fill="wash", radius=6)
    drawing.text(670, 91, words("agent", "智能体"))
    drawing.box(580, 170, 180, 42, fill="wash", radius=6)
    drawing.text(670, 197, words("environment", "环境"))
    drawing.line((730, 106), (730, 168), arrow=True, colour="accent", stroke=2)
    drawing.text(720, 143, words("action", "动作"), anchor="end", fill="accent", size=14)
    drawing.line((606, 170), (606, 108), arrow=True, colour="seal", stroke=2)
    drawing.text(616, 143, words("reward", "奖励"), anchor="start", fill="seal", size=14)


def centres(drawing: Drawing) -> None:
    images = load()["train_images"].double().flatten(1) / 255
    means, before = images[:10], None
    while before is None or not torch.equal(means, before):
        before, labels = means, torch.cdist(images, means).argmin(1)
        means = torch.stack([images[labels == k].mean(0) for k in range(10)])
    for n, mean in enumerate(means):
        drawing.box(14 + n * 74, 10, 66, 66, fill="even")
        drawing.pixels(mean.reshape(28, 28).numpy(), 19 + n * 74, 15, 2)


def played(epsilon: float, arms=(0.2, 0.5, 0.7), pulls=1000, runs=500) -> np.ndarray:
    """Mean reward of each pull over all runs: the listing of the chapter."""
    rng, means, row = np.random.default_rng(0), np.array(arms), np.arange(runs)
    values, counts, earned = np.zeros((runs, len(arms))), np.zeros((runs, len(arms))), np.zeros(pulls)
    for t in range(pulls):
        greedy = (values + 1e-9 * rng.random(values.shape)).argmax(axis=1)
        arm = np.where(rng.random(runs) < epsilon, rng.integers(len(arms), size=runs), greedy)
        reward = (rng.random(runs) < means[arm]).astype(float)
        counts[row, arm] += 1
        values[row, arm] += (reward - values[row, arm]) / counts[row, arm]
        earned[t] = reward.mean()
    return earned


def bandit(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    left, top, width, height = 60, 20, 500, 220

    def place(pull: float, reward: float) -> tuple[float, float]:
        return left + pull / 1000 * width, top + (0.75 - reward) / 0.35 * height

    for reward in (0.4, 0.5, 0.6, 0.7):
        y = place(0, reward)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"{reward:.1f}", anchor="end", fill="soft", size=14)
    for pull in (0, 500, 1000):
        drawing.text(place(pull, 0)[0], top + height + 22, pull, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 42, words("pulls", "拉动次数"), fill="soft")
    for epsilon, colour, shift in ((0.0, "soft", 0), (0.01, "seal", 11), (0.1, "accent", -7)):
        means = played(epsilon).reshape(-1, 20).mean(axis=1)
        drawing.line(*(place(20 * n + 10, mean) for n, mean in enumerate(means)), colour=colour, stroke=2.5)
        x, y = place(990, means[-1])
        drawing.text(x + 14, y + 5 + shift, f"ε = {epsilon:g}", anchor="start", fill=colour)


# Chapter 2


def digits(drawing: Drawing) -> None:
    data = load()
    for digit in range(10):
        examples = data["train_images"][data["train_labels"] == digit]
        for row in range(2):
            x, y = 14 + digit * 74, 10 + row * 74
            drawing.box(x, y, 66, 66, fill="even")
            drawing.pixels(examples[3 + 4 * row].numpy() / 255, x + 5, y + 5, 2)


def layer(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    inputs, outputs = [(60, 60), (60, 130), (60, 200)], [(230, 85), (230, 175)]
    for o, (x1, y1) in enumerate(outputs):
        for i, (x0, y0) in enumerate(inputs):
            own = o == 0
            drawing.line((x0 + 19, y0), (x1 - 20, y1), colour="accent" if own else "line", stroke=2 if own else 1.5, arrow=True)
    for i, (x, y) in enumerate(inputs):
        drawing.circle(x, y, 18)
        drawing.text(x, y + 5, f"x{'₁₂₃'[i]}", style="italic")
    for o, (x, y) in enumerate(outputs):
        drawing.circle(x, y, 19, fill="wash" if o == 0 else "fill")
        drawing.text(x, y + 5, "Σ f")
        drawing.line((x + 19, y), (x + 62, y), arrow=True)
        drawing.text(x + 78, y + 5, f"y{'₁₂'[o]}", style="italic")
        drawing.line((x, y - 42), (x, y - 20), colour="seal", arrow=True)
        drawing.text(x + 16, y - 30, f"b{'₁₂'[o]}", fill="seal", style="italic")
    drawing.text(60, 245, words("inputs", "输入"), fill="soft")
    drawing.text(230, 245, words("units", "单元"), fill="soft")
    drawing.text(308, 245, words("outputs", "输出"), fill="soft")

    x0, y0, cell = 440, 85, 40
    drawing.text(x0 - 42, y0 + 46, "y  =  f (", anchor="middle", size=19)
    for o in range(2):
        for i in range(3):
            drawing.box(x0 + i * cell, y0 + o * cell, cell, cell, fill="wash" if o == 0 else "fill")
            drawing.text(x0 + (i + 0.5) * cell, y0 + (o + 0.62) * cell, f"w{'₁₂'[o]}{'₁₂₃'[i]}", fill="accent" if o == 0 else "ink", style="italic")
    for i in range(3):
        drawing.box(x0 + 138, y0 - 20 + i * cell, cell, cell)
        drawing.text(x0 + 158, y0 + 5 + i * cell, f"x{'₁₂₃'[i]}", style="italic")
    drawing.text(x0 + 197, y0 + 46, "+", size=19)
    for o in range(2):
        drawing.box(x0 + 215, y0 + o * cell, cell, cell)
        drawing.text(x0 + 235, y0 + (o + 0.62) * cell, f"b{'₁₂'[o]}", fill="seal", style="italic")
    drawing.text(x0 + 268, y0 + 46, ")", size=19)
    drawing.text(x0 + 60, y0 + 108, "W  (2 × 3)", fill="soft")
    drawing.text(x0 + 158, y0 + 128, "x  (3)", fill="soft")
    drawing.text(x0 + 235, y0 + 108, "b  (2)", fill="soft")


def history() -> tuple[list[float], list[float]]:
    """Accuracy on training and test images after each epoch of the chapter's first training."""
    torch.manual_seed(0)
    data = load()
    x_train, x_test = data["train_images"].float() / 255, data["test_images"].float() / 255
    y_train, y_test = data["train_labels"].long(), data["test_labels"].long()
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train, test = [], []
    for _ in range(10):
        for batch in torch.randperm(len(x_train)).split(32):
            loss = F.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            train.append((model(x_train).argmax(1) == y_train).float().mean().item())
            test.append((model(x_test).argmax(1) == y_test).float().mean().item())
    return train, test


def training(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    train, test = history()
    left, top, width, height = 70, 20, 480, 230

    def place(epoch: int, value: float) -> tuple[float, float]:
        return left + (epoch - 1) * width / 9, top + (1 - value) / 0.3 * height

    for percent in (70, 80, 90, 100):
        y = place(1, percent / 100)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"{percent}{words(' %', '%')}", anchor="end", fill="soft", size=14)
    for epoch in (1, 5, 10):
        drawing.text(place(epoch, 0)[0], top + height + 22, epoch, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 42, words("epoch", "轮"), fill="soft")
    for values, colour, name in ((train, "soft", words("training images", "训练图像")), (test, "accent", words("test images", "测试图像"))):
        drawing.line(*(place(e + 1, v) for e, v in enumerate(values)), colour=colour, stroke=2.5)
        x, y = place(10, values[-1])
        drawing.circle(x, y, 3.5, fill=colour, line=colour)
        drawing.text(x + 12, y + 5, f"{name}{words(', ', '：')}{100 * values[-1]:.0f}{words(' %', '%')}", anchor="start", fill=colour)


# Chapter 3


def graph(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    """The worked example: L = (ReLU(wx + b) - t)², each value above its arrow and its gradient below."""
    y, operations = 120, [(190, "×"), (330, "+"), (480, "ReLU"), (630, "− t"), (770, "( )²")]

    def numbers(x: float, y: float, name: str, value: str, slope: str) -> None:
        drawing.text(x, y - 12, f"{name} = {value}", size=14)
        drawing.text(x, y + 22, slope, size=14, fill="seal", weight="bold")

    for x0, y0, x1, name, value, slope in ((60, 60, 168, "x", "2", "−18"), (60, 180, 168, "w", "3", "−12"), (246, 228, 330, "b", "−4", "−6")):
        drawing.line((x0 + 32, y0), (x1, y + (14 if y0 > y else -14) if x1 < 200 else y + 26), arrow=True)
        drawing.text(x0 - 4, y0 - 4, f"{name} = {value}", size=14)
        drawing.text(x0 - 4, y0 + 18, slope, size=14, fill="seal", weight="bold")
    for n, (x, name) in enumerate(operations):
        half = 30 if len(name) > 2 else 24
        drawing.box(x - half, y - 24, 2 * half, 48, fill="wash", line="accent", radius=24)
        drawing.text(x, y + 5, name, fill="accent")
        last = n == len(operations) - 1
        end = 850 if last else operations[n + 1][0] - (30 if len(operations[n + 1][1]) > 2 else 24)
        drawing.line((x + half, y), (end, y), arrow=True)
    for x, name, value, slope in ((260, "u", "6", "−6"), (402, "z", "2", "−6"), (558, "a", "2", "−6"), (697, "e", "−3", "−6"), (882, "L", "9", "1")):
        numbers(x, y, name, value, slope)
    drawing.line((420, 34), (640, 34), arrow=True)
    drawing.text(530, 24, words("forwards: values", "前向：数值"), fill="soft", size=14)
    drawing.line((640, 216), (420, 216), colour="seal", arrow=True)
    drawing.text(530, 238, words("backwards: gradients of L", "反向：L 的梯度"), fill="seal", size=14)


def gradient_norms(activation: Callable[[torch.Tensor], torch.Tensor], gain: float) -> list[float]:
    """How large the gradient is at the output of each of twenty layers: the chapter's listing."""
    torch.manual_seed(0)
    h, outputs = torch.randn(256, 64), []
    for _ in range(20):
        h = activation(h.requires_grad_() @ (torch.randn(64, 64) * gain / 8).T)
        h.retain_grad()
        outputs.append(h)
    h.square().mean().backward()
    return [output.grad.norm().item() for output in outputs]


def depth(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    left, top, width, height = 78, 20, 430, 240

    def place(layer: int, power: float) -> tuple[float, float]:
        return left + (layer - 1) * width / 19, top + (8 - power) / 22 * height

    for power in (6, 0, -6, -12):
        line = place(1, power)[1]
        drawing.line((left, line), (left + width, line), colour="line", stroke=1)
        drawing.text(left - 10, line + 5, f"10{str(power).translate(str.maketrans('-0126', '⁻⁰¹²⁶')) if power else '⁰'}", anchor="end", fill="soft", size=14)
    for layer_number in (1, 5, 10, 15, 20):
        drawing.text(place(layer_number, 0)[0], top + height + 22, layer_number, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 44, words("layer", "层"), fill="soft")
    curves = [
        (torch.relu, 3.0, "seal", words("ReLU, weights too large", "ReLU，权重过大")),
        (torch.relu, 2**0.5, "accent", words("ReLU, weights right", "ReLU，权重适中")),
        (torch.relu, 1.0, "soft", words("ReLU, weights too small", "ReLU，权重过小")),
        (torch.sigmoid, 1.0, "ink", "sigmoid"),
    ]
    for number, (activation, gain, colour, name) in enumerate(curves):
        norms = gradient_norms(activation, gain)
        drawing.line(*(place(n + 1, math.log10(norm / norms[-1])) for n, norm in enumerate(norms)), colour=colour, stroke=2.5)
        y = 60 + number * 52
        drawing.line((540, y - 5), (566, y - 5), colour=colour, stroke=2.5)
        drawing.text(576, y, name, anchor="start", fill=colour)


# Chapter 4


def ravine_path(kind: str, steps: int = 15) -> list[tuple[float, float]]:
    """Where an optimiser goes on (x² + 25 y²) / 2 from (4, 1)."""
    theta = torch.tensor([4.0, 1.0], requires_grad=True)
    optimizer = {
        "SGD": lambda: torch.optim.SGD([theta], lr=2 / 26),
        "momentum": lambda: torch.optim.SGD([theta], lr=4 / 36, momentum=4 / 9),
        "Adam": lambda: torch.optim.Adam([theta], lr=0.4),
    }[kind]()
    path = [tuple(theta.tolist())]
    for _ in range(steps):
        optimizer.zero_grad()
        ((theta[0] ** 2 + 25 * theta[1] ** 2) / 2).backward()
        optimizer.step()
        path.append(tuple(theta.tolist()))
    return path


def ravine(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    scale, y0 = 46, 115
    for n, (kind, name) in enumerate((("SGD", "SGD"), ("momentum", words("momentum", "动量")), ("Adam", "Adam"))):
        x0 = 66 + n * 275
        for level in (0.5, 1, 2, 3, 4):
            widest = math.acos(max(-1.0, -1.2 / level))
            angles = [widest * (k / 40 - 1) for k in range(81)]
            drawing.line(*((round(x0 + level * scale * math.cos(w), 1), round(y0 + level * scale / 5 * math.sin(w), 1)) for w in angles), colour="line", stroke=1)
        drawing.text(x0, y0 + 5, "×", fill="seal")
        path = [(x0 + x * scale, y0 - y * scale) for x, y in ravine_path(kind)]
        drawing.line(*path, colour="accent", stroke=1.5)
        for x, y in path:
            drawing.circle(x, y, 2.2, fill="accent", line="accent")
        drawing.text(x0 - 30, 22, name, weight="bold")


def optimiser_losses(make: Callable, *, scheduled: bool = False) -> list[float]:
    """The mean loss of each of ten epochs on the digits, from the same start."""
    torch.manual_seed(0)
    data = load()
    x, y = data["train_images"].float() / 255, data["train_labels"].long()
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer, losses, step = make(model.parameters()), [], 0
    for _ in range(10):
        total = 0.0
        for batch in torch.randperm(len(x)).split(32):
            loss = F.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            if scheduled:
                rate = (step + 1) / 94 if step < 94 else (1 + math.cos(math.pi * (step - 94) / 846)) / 2
                optimizer.param_groups[0]["lr"] = 0.01 * rate
            optimizer.step()
            total, step = total + loss.item() * len(batch), step + 1
        losses.append(total / len(x))
    return losses


def losses(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    runs = [
        ("SGD, 0.1", "soft", optimiser_losses(lambda p: torch.optim.SGD(p, lr=0.1))),
        ("RMSProp, 0.001", "seal", optimiser_losses(lambda p: torch.optim.RMSprop(p, lr=0.001))),
        (words("momentum, 0.1", "动量，0.1"), "ink", optimiser_losses(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9))),
        ("Adam, 0.01", "accent", optimiser_losses(lambda p: torch.optim.Adam(p, lr=0.01))),
        (words("Adam, schedule", "Adam，调度"), "accent", optimiser_losses(lambda p: torch.optim.Adam(p, lr=0.01), scheduled=True)),
    ]
    left, top, width, height = 70, 20, 480, 250

    def place(epoch: int, value: float) -> tuple[float, float]:
        return left + (epoch - 1) * width / 9, top + (math.log10(2) - math.log10(value)) / 3.3 * height

    for value in (1, 0.1, 0.01, 0.001):
        y = place(1, value)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, value, anchor="end", fill="soft", size=14)
    for epoch in (1, 5, 10):
        drawing.text(place(epoch, 1)[0], top + height + 22, epoch, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 42, words("epoch", "轮"), fill="soft")
    for (name, colour, values), nudge in zip(runs, (0, 12, -6, -8, 10), strict=True):
        planned = name.endswith(("schedule", "调度"))
        drawing.line(*(place(e + 1, v) for e, v in enumerate(values)), colour=colour, stroke=2.5, dash="6 4" if planned else "")
        x, y = place(10, values[-1])
        drawing.text(x + 10, y + 5 + nudge, name, anchor="start", fill=colour)


# Chapter 6


def grid(drawing: Drawing, values, x, y, cell, *, fill=lambda r, c, v: "fill", bold=lambda r, c: False, ink=lambda v: "ink"):
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            drawing.box(x + c * cell, y + r * cell, cell, cell, fill=fill(r, c, value))
            drawing.text(x + (c + 0.5) * cell, y + (r + 0.62) * cell, value, weight="bold" if bold(r, c) else "normal", fill=ink(value))


def convolution(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    image = [[0, 0, 9, 9, 9]] * 4
    kernel = [["−1", "0", "1"]] * 3
    cell = 40
    grid(drawing, image, 30, 40, cell, fill=lambda r, c, v: "wash" if v else "fill")
    drawing.box(30, 40, 3 * cell, 3 * cell, fill="none", line="seal", stroke=3)
    drawing.text(258, 126, "∗", size=26)
    grid(drawing, kernel, 290, 60, cell)
    drawing.text(444, 126, "=", size=26)
    grid(drawing, [[27, 27, 0], [27, 27, 0]], 480, 80, cell, fill=lambda r, c, v: "wash" if v else "fill", bold=lambda r, c: r == c == 0)
    drawing.box(480, 80, cell, cell, fill="none", line="seal", stroke=3)
    drawing.text(130, 232, words("image 4 × 5", "图像 4 × 5"), fill="soft")
    drawing.text(350, 232, words("kernel 3 × 3", "卷积核 3 × 3"), fill="soft")
    drawing.text(540, 232, words("feature map 2 × 3", "特征图 2 × 3"), fill="soft")


def kernels(drawing: Drawing) -> None:
    data = load()
    image = data["train_images"][data["train_labels"] == 4][3].float() / 255
    right = torch.tensor([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    falling = torch.tensor([[0.0, 1, 1], [-1, 0, 1], [-1, -1, 0]])
    edges = [right, right.T, falling, falling.flip(1)]
    drawing.box(14, 46, 122, 122, fill="even")
    drawing.pixels(image.numpy(), 19, 51, 4)
    for n, kernel in enumerate(edges):
        x = 170 + n * 145
        answer = F.conv2d(image[None, None], kernel[None, None], padding=1)[0, 0] / 3
        for r in range(3):
            for c in range(3):
                value = int(kernel[r, c])
                drawing.box(x + 34 + c * 18, 2 + r * 13, 18, 13)
                drawing.text(x + 43 + c * 18, 12 + r * 13, "−1" if value < 0 else value, size=11)
        drawing.box(x, 46, 122, 122, fill="even")
        drawing.pixels(answer.clamp(-1, 1).numpy(), x + 5, 51, 4)


def shapes(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    stages = [(1, 28, ""), (8, 28, words("conv 5×5", "卷积 5×5")), (8, 14, words("pool", "池化")), (16, 14, words("conv 5×5", "卷积 5×5")), (16, 7, words("pool", "池化"))]
    x = 20
    for n, (channels, size, step) in enumerate(stages):
        side, shown = size * 2.6, channels
        if step:
            drawing.line((x, 120), (x + 50, 120), arrow=True)
            drawing.text(x + 25, 108, step, size=13, fill="soft")
            x += 60
        for plane in range(shown):
            offset = (shown - 1 - plane) * 3
            drawing.box(x + offset, 120 - side / 2 - offset + 14, side, side, fill="wash" if plane == shown - 1 else "fill")
        drawing.text(x + side / 2 + 10, 232, f"{channels} × {size} × {size}", size=13)
        x += side + (shown - 1) * 3 + 12
    drawing.line((x, 120), (x + 50, 120), arrow=True)
    drawing.text(x + 25, 108, words("flatten", "展平"), size=13, fill="soft")
    drawing.box(x + 62, 30, 12, 180, fill="wash")
    drawing.text(x + 68, 232, "784", size=13)
    drawing.line((x + 82, 120), (x + 132, 120), arrow=True)
    drawing.text(x + 107, 108, words("linear", "线性"), size=13, fill="soft")
    for n in range(10):
        drawing.circle(x + 146, 58 + n * 14, 5, fill="wash")
    drawing.text(x + 146, 232, "10", size=13)


# Chapter 8


def attention(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    keys, scores, values = ["(2, 0)", "(0, 2)", "(1, 1)"], [1.414, 0.0, 0.707], [10, 20, 30]
    weights = torch.softmax(torch.tensor(scores), 0).tolist()
    drawing.box(14, 102, 96, 44, fill="wash", radius=6)
    drawing.text(62, 129, "q = (1, 0)")
    heads = [(230, words("keys", "键")), (360, words("scores ÷ √2", "得分 ÷ √2")), (490, words("weights", "权重")), (620, words("values", "值"))]
    for x, name in heads:
        drawing.text(x, 24, name, fill="soft")
    for n in range(3):
        y = 44 + n * 58
        drawing.line((110, 124), (182, y + 22), colour="line", arrow=True)
        drawing.box(184, y, 92, 44, radius=6)
        drawing.text(230, y + 27, keys[n])
        drawing.line((278, y + 22), (318, y + 22), arrow=True)
        drawing.text(360, y + 27, f"{scores[n]:.2f}")
        drawing.line((400, y + 22), (440, y + 22), arrow=True)
        drawing.box(446, y + 8, 88, 28, fill="fill")
        drawing.box(446, y + 8, 88 * weights[n], 28, fill="wash", line="accent")
        drawing.text(490, y + 27, f"{weights[n]:.2f}", fill="ink")
        drawing.text(556, y + 27, "×")
        drawing.box(578, y, 84, 44, radius=6)
        drawing.text(620, y + 27, values[n])
        drawing.line((662, y + 22), (718, 124), colour="line", arrow=True)
    drawing.text(420, 222, "softmax", fill="accent")
    drawing.box(722, 102, 76, 44, fill="wash", radius=6)
    drawing.text(760, 129, f"{sum(w * v for w, v in zip(weights, values, strict=True)):.2f}")
    drawing.text(760, 90, words("mean", "加权平均"), fill="soft")


def mask(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    tokens = words("The cat sat down quietly", "小猫 悄悄 地 坐 下").split()
    torch.manual_seed(4)
    allowed = torch.ones(5, 5, dtype=torch.bool).tril()
    scores = (torch.randn(5, 5) * 1.1).masked_fill(~allowed, -torch.inf)
    weights = torch.softmax(scores, -1).tolist()
    left, top, cell = 170, 54, 62
    for r in range(5):
        drawing.text(left - 14, top + r * 40 + 25, tokens[r], anchor="end")
        drawing.text(left + (r + 0.5) * cell, top - 12, tokens[r])
        for c in range(5):
            x, y = left + c * cell, top + r * 40
            if c > r:
                drawing.box(x, y, cell, 40, fill="fill")
                drawing.text(x + cell / 2, y + 26, "0", fill="soft", size=13)
            else:
                drawing.box(x, y, cell, 40, fill="fill")
                drawing.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{cell}" height="40" fill="{drawing.colour("accent")}" fill-opacity="{0.55 * weights[r][c]:.2f}"/>')
                drawing.text(x + cell / 2, y + 26, f"{weights[r][c]:.2f}")
    drawing.text(left + 2.5 * cell, 20, words("may be looked at  →", "被看的位置  →"), fill="soft")
    drawing.text(52, top + 105, words("looks  ↓", "看的位置  ↓"), fill="soft")


def heads(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    fills = ("wash", "fill", "even")
    marks = ("accent", "ink", "seal")

    def slab(x, y, columns, colour, fill, name):
        for r in range(5):
            for c in range(columns):
                drawing.box(x + c * 13, y + r * 13, 13, 13, fill=fill, line=colour)
        if name:
            drawing.text(x + columns * 6.5, y + 88, name, size=13, fill=colour)

    for h in range(3):
        slab(20 + h * 52, 90, 4, marks[h], fills[h], "")
    drawing.text(98, 184, "(N, L, 12)", size=13)
    drawing.line((190, 122), (250, 122), arrow=True)
    drawing.text(220, 110, words("split", "拆开"), size=13, fill="soft")
    for h in range(3):
        slab(270, 8 + h * 82, 4, marks[h], fills[h], "")
        drawing.text(350, 46 + h * 82, words(f"head {h + 1}", f"头 {h + 1}"), size=13, fill=marks[h])
        drawing.line((382, 40 + h * 82), (430, 40 + h * 82), arrow=True)
        slab(446, 8 + h * 82, 4, marks[h], fills[h], "")
    drawing.text(406, 262, words("attention in each", "各自做注意力"), size=13, fill="soft")
    drawing.text(296, 262, "(N, 3, L, 4)", size=13)
    drawing.text(500, 262, "", size=13)
    drawing.line((516, 122), (576, 122), arrow=True)
    drawing.text(546, 110, words("join", "合并"), size=13, fill="soft")
    for h in range(3):
        slab(590 + h * 52, 90, 4, marks[h], fills[h], "")
    drawing.text(668, 184, "(N, L, 12)", size=13)
    drawing.line((752, 122), (796, 122), arrow=True)
    drawing.text(812, 127, "Wₒ", anchor="middle", size=16, style="italic")


PLAIN = [("01-machine-learning", centres, 760, 86), ("02-neural-networks", digits, 760, 160), ("06-convolutional-networks", kernels, 745, 176)]
WORDED = [
    ("01-machine-learning", ways, 800, 245),
    ("01-machine-learning", bandit, 680, 300),
    ("02-neural-networks", layer, 730, 260),
    ("02-neural-networks", training, 740, 300),
    ("03-backpropagation", graph, 920, 260),
    ("03-backpropagation", depth, 780, 310),
    ("04-optimisers", ravine, 820, 210),
    ("04-optimisers", losses, 740, 320),
    ("06-convolutional-networks", convolution, 640, 250),
    ("06-convolutional-networks", shapes, 860, 245),
    ("08-attention", attention, 812, 235),
    ("08-attention", mask, 500, 270),
    ("08-attention", heads, 836, 275),
]


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for chapter, draw, width, height in PLAIN:
            drawing = Drawing(width, height, colours)
            draw(drawing)
            save(chapter, f"{draw.__name__}{suffix}.svg", drawing)
        for chapter, draw, width, height in WORDED:
            for n, language in enumerate(LANGUAGES):
                drawing = Drawing(width, height, colours)
                draw(drawing, lambda *texts, n=n: texts[n])
                save(chapter, f"{draw.__name__}.{language}{suffix}.svg", drawing)


def save(chapter: str, name: str, drawing: Drawing) -> None:
    folder = COURSE / chapter / "figures"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(drawing.svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
