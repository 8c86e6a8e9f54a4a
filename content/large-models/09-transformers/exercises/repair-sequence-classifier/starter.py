"""A Transformer that classifies sequences of tokens, as a tutorial might have it. It runs, and it is broken: repair it."""
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
        layer = nn.TransformerEncoderLayer(width, nhead=heads, dim_feedforward=4 * width)
        self.encoder = nn.TransformerEncoder(layer, num_layers=layers, enable_nested_tensor=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:  # (N, L) int64 -> (N, classes)
        h = self.embed(tokens)  # (N, L, width)
        h = self.encoder(h)  # (N, L, width)
        return torch.relu(h.mean(dim=1))
