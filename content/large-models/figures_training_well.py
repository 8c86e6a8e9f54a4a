"""Draw the figures of chapter 5: `python content/large-models/figures_training_well.py`."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from figures import DARK, LANGUAGES, LIGHT, Drawing, load, save

CHAPTER = "05-training-well"


def splits(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    parts = [
        (20, 440, "wash", "accent", words("training", "训练集"), words("gradients", "梯度"), words("the weights", "决定权重")),
        (470, 150, "fill", "seal", words("validation", "验证集"), words("choices, often", "选择，常看"), words("when to stop, which model", "何时停、选哪个模型")),
        (630, 150, "fill", "ink", words("test", "测试集"), words("one number, once", "一个数，只看一次"), words("the report", "写进报告")),
    ]
    for x, width, fill, ink, name, use, result in parts:
        drawing.box(x, 20, width, 56, fill=fill, line=ink, radius=4, stroke=1.5)
        drawing.text(x + width / 2, 54, name, weight="bold", fill=ink)
        middle = x + width / 2
        drawing.line((middle, 80), (middle, 132), arrow=True, colour=ink, stroke=2)
        drawing.text(middle, 152, use, fill=ink, size=14)
        drawing.text(middle, 174, result, fill="soft", size=14)
    for start in (545, 705):
        drawing.line((start - 22, 84), (start - 60, 116), (300, 116), colour="soft", dash="4 4", arrow=True)
    drawing.text(400, 106, words("leak!", "泄漏！"), fill="seal", size=14, weight="bold")
    drawing.line((388, 124), (412, 108), colour="seal", stroke=2.5)
    drawing.line((388, 108), (412, 124), colour="seal", stroke=2.5)


def curves() -> tuple[list[float], list[float]]:
    """Accuracy on training and validation images after each epoch: the first run of the chapter."""
    data = load()
    images, labels = data["train_images"].float() / 255, data["train_labels"].long()
    torch.manual_seed(5)
    lot = torch.rand(3000) < 0.3
    labels = torch.where(lot, torch.randint(10, (3000,)), labels)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.0), nn.Linear(128, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.0)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(30):
        model.train()
        for batch in torch.randperm(500).split(32):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            for part, values in zip((slice(500), slice(2000, None)), found, strict=True):
                values.append((model(images[part]).argmax(1) == labels[part]).float().mean().item())
    return found


def overfitting(drawing: Drawing, words: Callable[[str, str], str]) -> None:
    train, validation = curves()
    left, top, width, height = 70, 20, 480, 230

    def place(epoch: float, value: float) -> tuple[float, float]:
        return left + (epoch - 1) * width / 29, top + (1 - value) / 0.6 * height

    for percent in (40, 60, 80, 100):
        y = place(1, percent / 100)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"{percent}{words(' %', '%')}", anchor="end", fill="soft", size=14)
    for epoch in (1, 10, 20, 30):
        drawing.text(place(epoch, 0)[0], top + height + 22, epoch, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 42, words("epoch", "轮"), fill="soft")
    best = max(range(30), key=validation.__getitem__) + 1
    stop = place(best, 0)[0]
    drawing.line((stop, top), (stop, top + height), colour="seal", dash="5 4")
    drawing.text(stop + 8, top + height - 10, words("stop here", "在此停下"), anchor="start", fill="seal", size=14)
    for values, colour, name in ((train, "soft", words("training", "训练集")), (validation, "accent", words("validation", "验证集"))):
        drawing.line(*(place(e + 1, v) for e, v in enumerate(values)), colour=colour, stroke=2.5)
        x, y = place(30, values[-1])
        drawing.text(x + 12, y + 5, f"{name}{words(', ', '：')}{100 * values[-1]:.0f}{words(' %', '%')}", anchor="start", fill=colour)


def main() -> None:
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for draw, width, height in ((splits, 800, 190), (overfitting, 720, 300)):
            for n, language in enumerate(LANGUAGES):
                drawing = Drawing(width, height, colours)
                draw(drawing, lambda *texts, n=n: texts[n])
                save(CHAPTER, f"{draw.__name__}.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
