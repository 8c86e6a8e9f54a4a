"""Draw the figures of chapter 11: `python content/large-models/figures_pretrained.py`. See figures.py for how."""
from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from figures import COURSE, DARK, LANGUAGES, LIGHT, Drawing, save
from torch import nn

CHAPTER = "11-pretrained-models"
CLASSIFIER = "10-text/exercises/poem-classifier/data/poems.json"
COUNTS, SEEDS, PASSES = (20, 40, 80, 160, 320, 640), 3, 10
Words = Callable[[str, str], str]


def stages(drawing: Drawing, words: Words) -> None:
    titles = (words("pretraining: many texts, no labels", "预训练：文本很多，没有标签"), words("fine-tuning: few texts with labels", "微调：文本很少，带标签"))
    heads = (words("table of characters", "字表"), words("new head", "新的输出头"))
    answers = (words("月 0.81   日 0.11   花 0.07", "月 0.81　日 0.11　花 0.07"), words("lyric 0.94   aria 0.06", "词 0.94　曲 0.06"))
    for n in range(2):
        x = 20 + 420 * n
        drawing.text(x + 180, 26, titles[n], weight="bold")
        for row in range(3 if n == 0 else 1, 0, -1):
            drawing.box(x + 60 + 8 * row, 262 + 8 * row - 8, 240, 40, fill="fill", radius=6)
        text = "明▢几时有" if n == 0 else "明月几时有"
        shift = 8 if n == 0 else 8
        for i, character in enumerate(text):
            drawing.text(x + 60 + shift + 40 + 40 * i, 288, character, size=20, fill="seal" if character == "▢" else "ink")
        drawing.line((x + 180, 260), (x + 180, 222), arrow=True)
        drawing.box(x + 60, 160, 240, 60, fill="wash", line="accent", radius=8, stroke=2)
        drawing.text(x + 180, 196, words("encoder", "编码器"), weight="bold")
        drawing.line((x + 180, 158), (x + 180, 128), arrow=True)
        drawing.box(x + 80, 90, 200, 36, fill="even" if n == 0 else "fill", line="line" if n == 0 else "seal", radius=6, stroke=1 if n == 0 else 2)
        drawing.text(x + 180, 114, heads[n])
        drawing.line((x + 180, 88), (x + 180, 70), arrow=True)
        drawing.text(x + 180, 60, answers[n], fill="soft")
    drawing.line((324, 190), (496, 190), arrow=True, colour="accent", stroke=2.5)
    drawing.text(410, 180, words("carried over", "搬过来"), fill="accent", size=14)


class Encoder(nn.Module):
    """The encoder of the chapter's listing."""

    def __init__(self, size: int):
        super().__init__()
        self.token, self.place = nn.Embedding(size, 64, padding_idx=0), nn.Embedding(64, 64)
        layer = nn.TransformerEncoderLayer(64, 4, 256, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, nn.LayerNorm(64), enable_nested_tensor=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.layers(self.token(ids) + self.place(torch.arange(ids.shape[1])), src_key_padding_mask=ids == 0)


class Classifier(nn.Module):
    """Masked mean and a linear layer."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(64, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        real = (ids != 0).unsqueeze(-1)
        return self.head((self.encoder(ids) * real).sum(dim=1) / real.sum(dim=1))


def fit(model: Classifier, ids: torch.Tensor, labels: torch.Tensor, rate: float) -> None:
    groups = [{"params": model.encoder.parameters(), "lr": rate}, {"params": model.head.parameters(), "lr": 5e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    for _ in range(PASSES):
        for batch in torch.randperm(len(ids)).split(16):
            loss = nn.functional.cross_entropy(model(ids[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@cache
def curves() -> dict[str, np.ndarray]:
    """Accuracy on the test texts, (counts, seeds), for three ways to start."""
    with np.load(COURSE / CHAPTER / "encoder.npz") as file:
        characters = str(file["characters"])
        weights = {name: torch.from_numpy(file[name]).float() for name in file.files if name != "characters"}
    number = {character: n for n, character in enumerate(characters, 4)}

    def to_ids(texts: list[str]) -> torch.Tensor:
        return nn.utils.rnn.pad_sequence([torch.tensor([2, *(number.get(c, 1) for c in t)]) for t in texts], batch_first=True)

    poems = json.loads((COURSE / CLASSIFIER).read_text(encoding="utf-8"))
    test = json.loads((COURSE / CHAPTER / "poems.json").read_text(encoding="utf-8"))
    x_test, y_test = to_ids(test["test_texts"]), torch.tensor(test["test_labels"])
    found: dict[str, np.ndarray] = {}
    for name, rate in (("scratch", 5e-4), ("frozen", 0.0), ("tuned", 5e-4)):
        found[name] = np.zeros((len(COUNTS), SEEDS))
        for seed in range(SEEDS):
            for c, count in enumerate(COUNTS):
                torch.manual_seed(seed)
                chosen = torch.randperm(len(poems["texts"]))[:count].tolist()
                x, y = to_ids([poems["texts"][i] for i in chosen]), torch.tensor([poems["labels"][i] for i in chosen])
                encoder = Encoder(4 + len(characters))
                if name != "scratch":
                    encoder.load_state_dict(weights)
                model = Classifier(encoder)
                fit(model, x, y, rate)
                with torch.no_grad():
                    found[name][c, seed] = (model(x_test).argmax(dim=1) == y_test).float().mean().item()
        print(name, found[name].mean(1).round(3), found[name].min(1).round(3), found[name].max(1).round(3), flush=True)
    return found


def labels(drawing: Drawing, words: Words) -> None:
    left, top, width, height = 70, 20, 440, 230

    def place(n: float, value: float) -> tuple[float, float]:
        return left + n / (len(COUNTS) - 1) * width, top + (0.9 - value) / 0.4 * height

    for value in (0.5, 0.6, 0.7, 0.8, 0.9):
        y = place(0, value)[1]
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"{value:.1f}", anchor="end", fill="soft", size=14)
    for n, count in enumerate(COUNTS):
        drawing.text(place(n, 0)[0], top + height + 22, count, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 46, words("labelled texts", "带标签的文本数"), fill="soft")
    names = {"scratch": (words("from scratch", "从零开始"), "seal", "6 4"), "frozen": (words("frozen", "冻结"), "soft", "2 3"), "tuned": (words("fine-tuned", "微调"), "accent", "")}
    for key, (name, colour, dash) in names.items():
        found = curves()[key]
        drawing.line(*(place(n, v) for n, v in enumerate(found.mean(1).round(4))), colour=colour, stroke=2.5, dash=dash)
        for n, row in enumerate(found):
            drawing.line(place(n, row.min()), place(n, row.max()), colour=colour, stroke=1)
        x, y = place(len(COUNTS) - 1, found[-1].mean())
        drawing.text(x + 12, y + 5, name, anchor="start", fill=colour)


def main() -> None:
    torch.set_num_threads(1)
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for draw, width, height in ((stages, 820, 320), (labels, 640, 300)):
            for n, language in enumerate(LANGUAGES):
                drawing = Drawing(width, height, colours)
                draw(drawing, lambda *texts, n=n: texts[n])
                save(CHAPTER, f"{draw.__name__}.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
