"""Writes -100 into hidden scores, which is not low enough when the visible ones are lower. Must fail: test_mask."""
import torch
from torch import nn


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each with its own part of the width."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        if width % heads:
            raise ValueError(f"a width of {width} cannot be shared by {heads} heads")
        self.heads = heads
        self.w_q = nn.Linear(width, width)
        self.w_k = nn.Linear(width, width)
        self.w_v = nn.Linear(width, width)
        self.w_o = nn.Linear(width, width)

    def split(self, x: torch.Tensor) -> torch.Tensor:
        """(N, L, width) -> (N, heads, L, d)"""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(
        self,
        x: torch.Tensor,  # (N, L_q, width)
        context: torch.Tensor | None = None,  # (N, L_k, width); None: x itself
        mask: torch.Tensor | None = None,  # bool, (L_q, L_k) or (N, L_q, L_k); True: may be looked at
    ) -> torch.Tensor:  # (N, L_q, width)
        context = x if context is None else context
        q = self.split(self.w_q(x))  # (N, heads, L_q, d)
        k = self.split(self.w_k(context))  # (N, heads, L_k, d)
        v = self.split(self.w_v(context))  # (N, heads, L_k, d)
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5  # (N, heads, L_q, L_k)
        if mask is not None:
            scores = scores.masked_fill(~mask.unsqueeze(-3), -100.0)
        heads = torch.softmax(scores, dim=-1) @ v  # (N, heads, L_q, d)
        return self.w_o(heads.transpose(1, 2).flatten(2))  # (N, L_q, width)
