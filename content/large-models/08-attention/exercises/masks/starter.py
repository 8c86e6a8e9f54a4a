"""Masks for attention: True means that a key may be looked at."""
import torch


def causal_mask(length: int, past: int = 0) -> torch.Tensor:  # (length, past + length) bool
    """Each new position sees itself and all before it."""
    raise NotImplementedError("causal_mask is still to be written")


def padding_mask(lengths: torch.Tensor, size: int) -> torch.Tensor:  # (N,) int64 -> (N, size) bool
    """Which places are real."""
    raise NotImplementedError("padding_mask is still to be written")


def combined_mask(lengths: torch.Tensor, size: int, causal: bool) -> torch.Tensor:  # (N, 1, size, size) bool
    """Which key may be looked at by which query, in each sequence."""
    raise NotImplementedError("combined_mask is still to be written")


def masked_softmax(scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:  # (..., L_q, L_k)
    """Weights over the keys that may be looked at; zeros where there are none."""
    raise NotImplementedError("masked_softmax is still to be written")
