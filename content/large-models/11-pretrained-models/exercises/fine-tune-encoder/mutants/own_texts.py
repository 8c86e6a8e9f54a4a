"""Learns from the texts of its own file, whatever it is given. Must fail: test_learns."""
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
    with np.load(Path("data") / "encoder.npz") as file:
        characters = str(file["characters"])
        weights = {name: torch.from_numpy(file[name]) for name in file.files if name != "characters"}
    encoder = Encoder(SPECIAL + len(characters))
    encoder.load_state_dict(weights)  # copies the numbers into its own float32 weights
    return encoder, characters


def to_ids(texts: list[str], characters: str) -> torch.Tensor:  # (N, L) int64
    """BEGIN, then an id for each character; filled up with PAD."""
    number = {character: n for n, character in enumerate(characters, SPECIAL)}
    rows = [torch.tensor([BEGIN, *(number.get(c, UNKNOWN) for c in text[:63])]) for text in texts]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True)


class Classifier(nn.Module):
    """The mean of the encoder's vectors over the real tokens, and a linear layer."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(64, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, 2)
        real = (ids != PAD).unsqueeze(-1)  # (N, L, 1)
        mean = (self.encoder(ids) * real).sum(dim=1) / real.sum(dim=1)  # (N, 64)
        return self.head(mean)


def train(texts: list[str], labels: list[int]) -> tuple[nn.Module, str]:
    """Any model that predict understands."""
    torch.manual_seed(0)
    texts, labels = load_poems()
    encoder, characters = load_encoder()
    model = Classifier(encoder)
    ids, right = to_ids(texts, characters), torch.tensor(labels)
    optimizer = torch.optim.AdamW(
        [{"params": encoder.parameters(), "lr": 5e-4}, {"params": model.head.parameters(), "lr": 5e-3}], weight_decay=0.01
    )
    for _ in range(10):
        for batch in torch.randperm(len(ids)).split(16):
            loss = nn.functional.cross_entropy(model(ids[batch]), right[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"loss {loss.item():.3f}")
    return model.eval(), characters


@torch.no_grad()
def predict(model: tuple[nn.Module, str], texts: list[str]) -> torch.Tensor:  # (N,) float32
    """How probable it is that each text is an aria."""
    network, characters = model
    return network(to_ids(texts, characters)).softmax(dim=1)[:, 1]
