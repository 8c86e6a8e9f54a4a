"""A training step in pieces, with clipping and half precision."""
import torch
from torch import nn


def piece_loss(
    logits: torch.Tensor,  # (m, C), float32 or bfloat16
    targets: torch.Tensor,  # (m,)
    rows: int,  # of the whole batch
) -> torch.Tensor:  # (), float32
    """What the rows of one piece add to the mean cross-entropy of the whole batch."""
    raise NotImplementedError("piece_loss is still to be written")


def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,  # (N, ...)
    y: torch.Tensor,  # (N,)
    micro_batch: int | None = None,
    max_norm: float | None = None,
    bfloat16: bool = False,
) -> dict[str, float]:
    """One step on the mean cross-entropy of the batch; {"loss": ..., "norm": ...}."""
    raise NotImplementedError("train_step is still to be written")
