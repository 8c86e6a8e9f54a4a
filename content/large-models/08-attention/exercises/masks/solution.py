"""Masks for attention: True means that a key may be looked at."""
import torch


def causal_mask(length: int, past: int = 0) -> torch.Tensor:  # (length, past + length) bool
    """Each new position sees itself and all before it."""
    return torch.ones(length, past + length, dtype=torch.bool).tril(past)


def padding_mask(lengths: torch.Tensor, size: int) -> torch.Tensor:  # (N,) int64 -> (N, size) bool
    """Which places are real."""
    return torch.arange(size) < lengths[:, None]


def combined_mask(lengths: torch.Tensor, size: int, causal: bool) -> torch.Tensor:  # (N, 1, size, size) bool
    """Which key may be looked at by which query, in each sequence."""
    keys = padding_mask(lengths, size)[:, None, None, :]  # (N, 1, 1, size)
    return keys & causal_mask(size) if causal else keys.expand(-1, 1, size, size)


def masked_softmax(scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:  # (..., L_q, L_k)
    """Weights over the keys that may be looked at; zeros where there are none."""
    lowest = torch.finfo(scores.dtype).min  # finite, so that a row without keys has no 0 / 0
    weights = torch.softmax(torch.where(mask, scores, lowest), dim=-1)
    return torch.where(mask, weights, 0.0)
