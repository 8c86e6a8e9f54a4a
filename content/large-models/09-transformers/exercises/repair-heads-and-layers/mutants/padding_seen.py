"""Ignores the padding. Must fail: test_padding."""
import torch
from torch import nn


class Block(nn.Module):
    """A pre-norm encoder block. It is right as it stands."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(
        self,
        x: torch.Tensor,  # (N, L, width)
        padding: torch.Tensor | None = None,  # (N, L) bool, True: padding, as nn.MultiheadAttention wants it
    ) -> torch.Tensor:  # (N, L, width)
        h = self.norm1(x)
        x = x + self.attention(h, h, h, key_padding_mask=padding, need_weights=False)[0]
        return x + self.down(torch.relu(self.up(self.norm2(x))))


class Encoder(nn.Module):
    """So many blocks one after the other, each with so many heads and weights of its own, and a norm behind the last."""

    def __init__(self, width: int, heads: int, layers: int):
        super().__init__()
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(
        self,
        x: torch.Tensor,  # (N, L, width)
        real: torch.Tensor | None = None,  # (N, L) bool, True: a token, False: padding
    ) -> torch.Tensor:  # (N, L, width)
        padding = None
        for block in self.blocks:
            x = block(x, padding)
        return self.norm(x)
