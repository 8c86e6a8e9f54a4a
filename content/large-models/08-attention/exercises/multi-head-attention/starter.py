"""Multi-head attention."""
import torch
from torch import nn


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each with its own part of the width."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        # w_q, w_k, w_v and w_o belong here: linear layers from width to width.

    def forward(
        self,
        x: torch.Tensor,  # (N, L_q, width)
        context: torch.Tensor | None = None,  # (N, L_k, width); None: x itself
        mask: torch.Tensor | None = None,  # bool, (L_q, L_k) or (N, L_q, L_k); True: may be looked at
    ) -> torch.Tensor:  # (N, L_q, width)
        raise NotImplementedError("MultiHeadAttention.forward is still to be written")
