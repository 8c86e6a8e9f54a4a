"""A decoder block with causal mask and cross-attention."""
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
    raise NotImplementedError("causal_mask is still to be written")


def shift_right(targets: torch.Tensor, start: int) -> torch.Tensor:  # (N, T) -> (N, T)
    """What the decoder reads while it learns to predict targets: start, then all targets but the last."""
    raise NotImplementedError("shift_right is still to be written")


class DecoderBlock(nn.Module):
    """Masked self-attention, cross-attention to the memory, MLP; pre-norm."""

    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        # norm1, norm2, norm3, own, cross, up and down belong here.

    def forward(
        self,
        y: torch.Tensor,  # (N, T, width): the target
        memory: torch.Tensor,  # (N, L, width): from the encoder
        source: torch.Tensor | None = None,  # (N, L) bool, True: a token of the source, False: padding
    ) -> torch.Tensor:  # (N, T, width)
        raise NotImplementedError("DecoderBlock.forward is still to be written")
