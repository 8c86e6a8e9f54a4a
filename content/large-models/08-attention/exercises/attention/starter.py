"""Scaled dot-product attention. Shapes: ... stands for any leading dimensions (none, batch, batch and heads)."""
import torch


def attention_weights(
    q: torch.Tensor,  # (..., L_q, d_k)
    k: torch.Tensor,  # (..., L_k, d_k)
    mask: torch.Tensor | None = None,  # bool, broadcasts to (..., L_q, L_k); True: this key may be looked at
) -> torch.Tensor:  # (..., L_q, L_k)
    """The weight that each query gives to each key."""
    raise NotImplementedError("attention_weights is still to be written")


def attention(
    q: torch.Tensor,  # (..., L_q, d_k)
    k: torch.Tensor,  # (..., L_k, d_k)
    v: torch.Tensor,  # (..., L_k, d_v)
    mask: torch.Tensor | None = None,
) -> torch.Tensor:  # (..., L_q, d_v)
    """For each query, the mean of the values, weighted by attention_weights."""
    raise NotImplementedError("attention is still to be written")
