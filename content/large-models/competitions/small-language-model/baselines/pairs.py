"""How often each character follows each other one: 61 × 61 numbers, counted once."""

from pathlib import Path

import torch

CHARACTERS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"  # 61


def train():
    text = Path("data/sonnets.txt").read_text(encoding="utf-8")
    tokens = torch.tensor([CHARACTERS.index(character) for character in text])  # (n,)
    counts = torch.full((61, 61), 0.1)
    counts.index_put_((tokens[:-1], tokens[1:]), torch.ones(len(tokens) - 1), accumulate=True)
    return {"log": (counts / counts.sum(dim=1, keepdim=True)).log()}  # (61, 61)


def logits(weights, beginnings):  # beginnings: (N, t) int64
    return weights["log"][beginnings[:, -1]]  # (N, 61)
