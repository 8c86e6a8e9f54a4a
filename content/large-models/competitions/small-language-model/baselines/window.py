"""A network that looks at the last eight characters: an embedding each, one hidden layer, trained for twelve seconds."""

import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

CHARACTERS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"  # 61
LENGTH, WIDTH, HIDDEN = 8, 16, 200


def network():
    return nn.Sequential(
        nn.Embedding(61, WIDTH), nn.Flatten(), nn.Linear(LENGTH * WIDTH, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 61)
    )  # 976 + 25,800 + 12,261 = 39,037 numbers


def train():
    text = Path("data/sonnets.txt").read_text(encoding="utf-8")
    tokens = torch.tensor([CHARACTERS.index(character) for character in text])  # (n,)
    windows = tokens.unfold(0, LENGTH + 1, 1)  # (n - 8, 9)
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    began = time.monotonic()
    while (spent := time.monotonic() - began) < 12:
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - spent / 12)
        batch = windows[torch.randint(len(windows), (512,))]
        loss = F.cross_entropy(model(batch[:, :-1]), batch[:, -1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {name: value.detach() for name, value in model.state_dict().items()}


def logits(weights, beginnings):  # beginnings: (N, t) int64, t at least 16
    model = network()
    model.load_state_dict(weights)
    with torch.no_grad():
        return model(beginnings[:, -LENGTH:])  # (N, 61)
