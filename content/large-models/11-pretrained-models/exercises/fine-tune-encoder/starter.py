"""Fine-tune a small pretrained encoder with eighty labelled texts."""
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

PAD, UNKNOWN, BEGIN, MASK, SPECIAL = 0, 1, 2, 3, 4


class Encoder(nn.Module):
    """Tokens to vectors of width 64, each of which has read the whole text. It is right as it is."""

    def __init__(self, size: int, width: int = 64, heads: int = 4, layers: int = 2, places: int = 64):
        super().__init__()
        self.token = nn.Embedding(size, width, padding_idx=PAD)
        self.place = nn.Embedding(places, width)
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, L, 64)
        x = self.token(ids) + self.place(torch.arange(ids.shape[1]))  # (N, L, 64)
        return self.layers(x, src_key_padding_mask=ids == PAD)


def load_poems() -> tuple[list[str], list[int]]:
    """80 texts and their labels: 0 is a Song lyric, 1 is a Yuan aria."""
    poems = json.loads((Path("data") / "poems.json").read_text(encoding="utf-8"))
    return poems["texts"], poems["labels"]


def load_encoder() -> tuple[Encoder, str]:
    """The encoder with its pretrained weights, and the characters that it knows, in the order of their ids."""
    raise NotImplementedError("load_encoder is still to be written")


def to_ids(texts: list[str], characters: str) -> torch.Tensor:  # (N, L) int64
    """BEGIN, then an id for each character; filled up with PAD."""
    raise NotImplementedError("to_ids is still to be written")


class Classifier(nn.Module):
    """The mean of the encoder's vectors over the real tokens, and a linear layer."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        # encoder and head belong here.

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, 2)
        raise NotImplementedError("Classifier.forward is still to be written")


def train(texts: list[str], labels: list[int]) -> object:
    """Any model that predict understands."""
    raise NotImplementedError("train is still to be written")


def predict(model: object, texts: list[str]) -> torch.Tensor:  # (N,) float32
    """How probable it is that each text is an aria."""
    raise NotImplementedError("predict is still to be written")
