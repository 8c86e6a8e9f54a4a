"""Sums the losses of all pieces and walks back once, with all graphs in memory. Must fail: test_pieces_are_small."""
import math

import torch
from torch import nn


def piece_loss(
    logits: torch.Tensor,  # (m, C), float32 or bfloat16
    targets: torch.Tensor,  # (m,)
    rows: int,  # of the whole batch
) -> torch.Tensor:  # (), float32
    """What the rows of one piece add to the mean cross-entropy of the whole batch."""
    return nn.functional.cross_entropy(logits.float(), targets, reduction="sum") / rows


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
    size, total = micro_batch or x.shape[0], 0.0
    optimizer.zero_grad()
    for inputs, targets in zip(x.split(size), y.split(size), strict=True):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            logits = model(inputs)  # (m, C)
        total = total + piece_loss(logits, targets, x.shape[0])
    total.backward()
    total = total.item()
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm or math.inf)
    optimizer.step()
    return {"loss": total, "norm": norm.item()}
