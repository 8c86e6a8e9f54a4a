"""Fine-tune a BERT with eighty labelled texts."""
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

PAD = 0


class Bert(nn.Module):
    """BERT's encoder; what it adds for the first of two sentences is in its table of places. It is right as it is."""

    def __init__(self, vocabulary: int, width: int, heads: int, layers: int, inner: int, places: int):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width, padding_idx=PAD)
        self.place = nn.Embedding(places, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        layer = nn.TransformerEncoderLayer(width, heads, inner, 0.1, "gelu", layer_norm_eps=1e-12, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, L, width)
        places = torch.arange(ids.shape[1], device=ids.device)  # (L,)
        x = self.norm(self.token(ids) + self.place(places))  # (N, L, width)
        return self.layers(x, src_key_padding_mask=ids == PAD)


def load_bert() -> tuple[Bert, dict[str, int]]:
    """The encoder with its pretrained weights, and the id of each token of its vocabulary."""
    with np.load("data/bert.npz") as file:
        vocabulary = {token: number for number, token in enumerate(str(file["vocabulary"]).split("\n"))}
        bert = Bert(len(vocabulary), *(int(size) for size in file["sizes"]))
        names = [name for name in file.files if name not in ("vocabulary", "sizes")]
        bert.load_state_dict({name: torch.from_numpy(file[name]).float() for name in names})
    return bert, vocabulary


def load_poems() -> tuple[list[str], list[int]]:
    """80 texts and their labels: 0 is a Song lyric, 1 is a Yuan aria."""
    poems = json.loads(Path("data/poems.json").read_text(encoding="utf-8"))
    return poems["texts"], poems["labels"]


def to_ids(texts: list[str], vocabulary: dict[str, int], most: int = 48) -> torch.Tensor:  # (N, L) int64
    """[CLS], the id of each character, [SEP]; filled up with PAD."""
    raise NotImplementedError("to_ids is still to be written")


class Classifier(nn.Module):
    """BERT, and a linear layer on the vector of its first token."""

    def __init__(self, bert: Bert):
        super().__init__()
        # bert and head belong here.

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, 2)
        raise NotImplementedError("Classifier.forward is still to be written")


def train(texts: list[str], labels: list[int]) -> object:
    """Any model that predict understands."""
    raise NotImplementedError("train is still to be written")


def predict(model: object, texts: list[str]) -> torch.Tensor:  # (N,) float32
    """How probable it is that each text is an aria."""
    raise NotImplementedError("predict is still to be written")
