"""Keeps the positions in a table that ends at 300. Must fail: test_any_length."""
import torch
from torch import nn


def positions(length: int, width: int) -> torch.Tensor:  # (length, width)
    """The sinusoidal encodings of the first positions. This function is right as it stands."""
    speed = 10000 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)  # (width / 2,)
    angle = torch.arange(length, dtype=torch.float64)[:, None] * speed  # (length, width / 2)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1).float()


class SequenceClassifier(nn.Module):
    """Tokens (N, L), where 0 is padding, to logits (N, classes)."""

    def __init__(self, vocabulary: int, width: int, heads: int, layers: int, classes: int):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width, padding_idx=0)
        layer = nn.TransformerEncoderLayer(width, nhead=heads, dim_feedforward=4 * width, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=layers, enable_nested_tensor=False)
        self.register_buffer("places", positions(300, width), persistent=False)
        self.output = nn.Linear(width, classes)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:  # (N, L) int64 -> (N, classes)
        padding = tokens == 0  # (N, L)
        h = self.embed(tokens) + self.places[: tokens.shape[1]]  # (N, L, width)
        h = self.encoder(h, src_key_padding_mask=padding)  # (N, L, width)
        real = ~padding[:, :, None]  # (N, L, 1)
        mean = h.masked_fill(~real, 0).sum(dim=1) / real.sum(dim=1)  # (N, width)
        return self.output(mean)
