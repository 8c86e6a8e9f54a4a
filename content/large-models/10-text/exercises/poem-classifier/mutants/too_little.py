"""Trains on the first 150 texts only. Must fail: test_reaches_82_percent."""
import json
from collections import Counter
from pathlib import Path

import torch
from torch import nn


def load_poems() -> tuple[list[str], list[int]]:
    """5,000 texts and their labels: 0 is a Song lyric, 1 is a Yuan aria."""
    poems = json.loads((Path("data") / "poems.json").read_text(encoding="utf-8"))
    return poems["texts"], poems["labels"]


def build_vocabulary(texts: list[str], least: int = 2) -> dict[str, int]:
    """An id for each character that occurs at least so often: 2 for the most frequent, then 3, ..."""
    counts = Counter("".join(texts))
    frequent = sorted((c for c in counts if counts[c] >= least), key=lambda c: (-counts[c], c))
    return {character: number for number, character in enumerate(frequent, start=2)}


def to_batch(texts: list[str], vocabulary: dict[str, int]) -> torch.Tensor:  # (N, L) int64
    """The ids of all texts, filled up with 0 behind; 1 stands for characters without an id."""
    length = max([1, *map(len, texts)])
    rows = [[vocabulary.get(c, 1) for c in text] + [0] * (length - len(text)) for text in texts]
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, length)


class Reader(nn.Module):
    """The mean of the embeddings of all real tokens, and a linear layer."""

    def __init__(self, vocabulary: dict[str, int], width: int = 64):
        super().__init__()
        self.vocabulary = vocabulary
        self.embed = nn.Embedding(len(vocabulary) + 2, width)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.classify = nn.Linear(width, 1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N,): one logit a text
        real = (ids != 0).unsqueeze(-1)  # (N, L, 1)
        mean = (self.embed(ids) * real).sum(dim=1) / real.sum(dim=1).clamp(min=1e-9)  # (N, width)
        return self.classify(mean).squeeze(-1)


def train(texts: list[str], labels: list[int]) -> nn.Module:
    """Any model that predict understands."""
    torch.manual_seed(0)
    model = Reader(build_vocabulary(texts))
    ids, right = to_batch(texts, model.vocabulary), torch.tensor(labels, dtype=torch.float32)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    for _ in range(4):
        for batch in torch.randperm(min(len(ids), 150)).split(64):
            loss = nn.functional.binary_cross_entropy_with_logits(model(ids[batch]), right[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"loss {loss.item():.3f}")
    return model


@torch.no_grad()
def predict(model: nn.Module, texts: list[str]) -> torch.Tensor:  # (N,) float32
    """How probable it is that each text is an aria."""
    return model(to_batch(texts, model.vocabulary)).sigmoid()
