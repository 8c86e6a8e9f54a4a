"""Forgets the future only in training. Must fail: test_the_future_has_no_influence."""
import torch
from torch import nn


class Attention(nn.Module):
    """Multi-head attention, as in chapter 8. It is right as it stands."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.w_q = nn.Linear(width, width)
        self.w_k = nn.Linear(width, width)
        self.w_v = nn.Linear(width, width)
        self.w_o = nn.Linear(width, width)

    def forward(
        self,
        x: torch.Tensor,  # (N, L_q, width): queries come from here
        context: torch.Tensor,  # (N, L_k, width): keys and values come from here
        mask: torch.Tensor | None = None,  # bool, (L_q, L_k) or (N, L_q, L_k); True: may be looked at
    ) -> torch.Tensor:  # (N, L_q, width)
        parts = ((self.w_q, x), (self.w_k, context), (self.w_v, context))
        q, k, v = (layer(t).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer, t in parts)  # (N, heads, L, d)
        mask = None if mask is None else mask.unsqueeze(-3)
        seen = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.w_o(seen.transpose(1, 2).flatten(2))


def causal_mask(length: int) -> torch.Tensor:  # (length, length) bool
    """Which positions (columns) each position (row) may look at: itself and those before it."""
    return torch.ones(length, length, dtype=torch.bool).tril()


def shift_right(targets: torch.Tensor, start: int) -> torch.Tensor:  # (N, T) -> (N, T)
    """What the decoder reads while it learns to predict targets: start, then all targets but the last."""
    return torch.cat([torch.full_like(targets[:, :1], start), targets[:, :-1]], dim=1)


class DecoderBlock(nn.Module):
    """Masked self-attention, cross-attention to the memory, MLP; pre-norm."""

    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.own, self.cross = Attention(width, heads), Attention(width, heads)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(
        self,
        y: torch.Tensor,  # (N, T, width): the target
        memory: torch.Tensor,  # (N, L, width): from the encoder
        source: torch.Tensor | None = None,  # (N, L) bool, True: a token of the source, False: padding
    ) -> torch.Tensor:  # (N, T, width)
        h = self.norm1(y)
        y = y + self.own(h, h, causal_mask(y.shape[1]) if self.training else None)
        seen = None if source is None else source[:, None, :].expand(-1, y.shape[1], -1)  # (N, T, L)
        y = y + self.cross(self.norm2(y), memory, seen)
        return y + self.down(torch.relu(self.up(self.norm3(y))))
