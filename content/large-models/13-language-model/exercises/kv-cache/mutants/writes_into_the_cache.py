"""Moves the old cache about in place. Must fail: test_two_continuations."""
import torch
from torch import nn

Cache = tuple[torch.Tensor, torch.Tensor]  # keys and values, (N, heads, P, d) each


def causal_mask(past: int, new: int) -> torch.Tensor:  # (new, past + new) bool
    """Who may see whom: True where new position i may look at key j."""
    return torch.ones(new, past + new, dtype=torch.bool).tril(past)


class CachedAttention(nn.Module):
    """Multi-head causal attention for new positions behind those of a cache."""

    def __init__(self, width: int, heads: int):
        super().__init__()
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
        x: torch.Tensor,  # (N, L, width): the new positions
        cache: Cache | None = None,  # P old positions
    ) -> tuple[torch.Tensor, Cache]:  # (N, L, width), and the cache of P + L positions
        q, k, v = self.split(self.w_q(x)), self.split(self.w_k(x)), self.split(self.w_v(x))  # (N, heads, L, d)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)  # (N, heads, P + L, d)
        seen = causal_mask(k.shape[2] - q.shape[2], q.shape[2])  # (L, P + L)
        scores = q @ k.transpose(2, 3) / q.shape[3] ** 0.5  # (N, heads, L, P + L)
        weights = torch.softmax(scores.masked_fill(~seen, -torch.inf), dim=3)
        y = weights @ v  # (N, heads, L, d)
        return self.w_o(y.transpose(1, 2).flatten(2)), (k, v) if cache is None else ((k, v), cache[0].zero_())[0]
