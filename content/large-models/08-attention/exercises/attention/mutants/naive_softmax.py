"""Exponentials without subtracting the maximum. Must fail: test_large_scores."""
import torch


def attention_weights(
    q: torch.Tensor,  # (..., L_q, d_k)
    k: torch.Tensor,  # (..., L_k, d_k)
    mask: torch.Tensor | None = None,  # bool, broadcasts to (..., L_q, L_k); True: this key may be looked at
) -> torch.Tensor:  # (..., L_q, L_k)
    """The weight that each query gives to each key."""
    scores = q @ k.transpose(-2, -1) / k.shape[-1] ** 0.5  # (..., L_q, L_k)
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    powers = torch.exp(scores) * mask
    return powers / powers.sum(-1, keepdim=True).clamp_min(1e-12)


def attention(
    q: torch.Tensor,  # (..., L_q, d_k)
    k: torch.Tensor,  # (..., L_k, d_k)
    v: torch.Tensor,  # (..., L_k, d_v)
    mask: torch.Tensor | None = None,
) -> torch.Tensor:  # (..., L_q, d_v)
    """For each query, the mean of the values, weighted by attention_weights."""
    return attention_weights(q, k, mask) @ v
