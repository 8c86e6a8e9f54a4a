"""A small GPT that learns to write like Shakespeare, character by character."""
from pathlib import Path

import torch
from torch import nn

CHARACTERS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"  # 61


def load_text() -> torch.Tensor:
    """The sonnets as numbers: places in CHARACTERS. (n,) int64"""
    text = Path("data/sonnets.txt").read_text(encoding="utf-8")
    return torch.tensor([CHARACTERS.index(character) for character in text])


class GPT(nn.Module):
    """Logits for the next token, at each place of a sequence."""

    def __init__(self, vocabulary: int, context: int, width: int, heads: int, layers: int):
        super().__init__()
        # Embeddings, blocks, norm and head belong here.

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, L, vocabulary)
        raise NotImplementedError("GPT.forward is still to be written")


def loss_of(
    model: nn.Module,
    windows: torch.Tensor,  # (N, L + 1)
) -> torch.Tensor:  # ()
    """The mean cross-entropy of the tokens 1 to L of each window, in nats."""
    raise NotImplementedError("loss_of is still to be written")


def train(
    tokens: torch.Tensor,  # (n,)
    context: int,
    width: int,
    heads: int,
    layers: int,
    device: str,  # "cuda" or "cpu"
) -> nn.Module:
    """A trained model of these sizes, on this device."""
    raise NotImplementedError("train is still to be written")
