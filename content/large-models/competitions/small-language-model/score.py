"""Bits per character on hidden sonnets. What `train` has learned crosses as numbers, and is counted on this side.

The logits come from a fresh student, who has never trained: whatever the first one has read must fit into those numbers.
Beginnings of all windows are sent in the order of their length, and no two windows overlap: when the character at place t is asked
for, nobody in the sandbox has seen it.
"""

import math
from pathlib import Path

import torch
from graders.examiner import feedback
from torch.nn import functional as F

CHARACTERS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"
NUMBERS, SECONDS = 50_000, 20.0
WINDOW, FIRST = 64, 16
PUBLIC = 0.4


def hidden_windows():
    text = (Path(__file__).parent / "hidden" / "sonnets.txt").read_text(encoding="utf-8")
    tokens = torch.tensor([CHARACTERS.index(character) for character in text])  # (n,)
    return tokens[: len(tokens) // WINDOW * WINDOW].view(-1, WINDOW)  # (N, 64)


def checked_weights(weights):
    fits = isinstance(weights, dict) and all(
        isinstance(name, str) and isinstance(value, torch.Tensor) and value.dtype == torch.float32
        for name, value in weights.items()
    )
    if not fits:
        feedback("no-weights")
        raise AssertionError("train() returned no weights")
    numbers = sum(value.numel() for value in weights.values())
    if numbers > NUMBERS:
        feedback("too-many", numbers=numbers, limit=NUMBERS)
        raise AssertionError(f"{numbers} numbers")
    return numbers


def checked_logits(logits, windows):
    shape = (len(windows), len(CHARACTERS))
    if not isinstance(logits, torch.Tensor) or tuple(logits.shape) != shape or not bool(torch.isfinite(logits).all()):
        feedback("no-logits")
        raise AssertionError("logits() returned no logits")
    return logits.double()


def score(student, fresh_student):
    weights, seconds = student.timed(student.train)
    numbers = checked_weights(weights)
    if seconds > SECONDS:
        feedback("too-slow", seconds=round(seconds, 1), limit=SECONDS)
        raise AssertionError(f"{seconds} seconds")
    windows, fresh = hidden_windows(), fresh_student()
    losses = []
    for place in range(FIRST, WINDOW):
        logits = checked_logits(fresh.logits(weights, windows[:, :place]), windows)
        losses.append(F.cross_entropy(logits, windows[:, place], reduction="none"))  # (N,)
    bits = torch.stack(losses, dim=1).mean(dim=1) / math.log(2)  # (N,)
    public = round(PUBLIC * len(windows))
    return {
        "public": float(bits[:public].mean()),
        "private": float(bits[public:].mean()),
        "numbers": numbers,
        "seconds": round(seconds, 1),
    }
