"""Causal attention that remembers the keys and values of earlier positions."""
import torch
from torch import nn

Cache = tuple[torch.Tensor, torch.Tensor]  # keys and values, (N, heads, P, d) each


def causal_mask(past: int, new: int) -> torch.Tensor:  # (new, past + new) bool
    """Who may see whom: True where new position i may look at key j."""
    raise NotImplementedError("causal_mask is still to be written")


class CachedAttention(nn.Module):
    """Multi-head causal attention for new positions behind those of a cache."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.w_q = nn.Linear(width, width)
        self.w_k = nn.Linear(width, width)
        self.w_v = nn.Linear(width, width)
        self.w_o = nn.Linear(width, width)

    def forward(
        self,
        x: torch.Tensor,  # (N, L, width): the new positions
        cache: Cache | None = None,  # P old positions
    ) -> tuple[torch.Tensor, Cache]:  # (N, L, width), and the cache of P + L positions
        raise NotImplementedError("CachedAttention.forward is still to be written")
