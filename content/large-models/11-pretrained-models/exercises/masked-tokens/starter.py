"""Gaps for a masked language model."""
import torch


def mask_tokens(
    tokens: torch.Tensor,  # (N, L) int64
    share: float,
    vocabulary: int,
    special: int,  # tokens below this number are special
    mask: int,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, L) int64 each
    """What the network sees, and what it has to say: -100 where nothing."""
    raise NotImplementedError("mask_tokens is still to be written")


def masked_loss(
    logits: torch.Tensor,  # (N, L, V)
    labels: torch.Tensor,  # (N, L) int64
) -> torch.Tensor:  # ()
    """The mean cross-entropy of the tokens that have a label."""
    raise NotImplementedError("masked_loss is still to be written")
