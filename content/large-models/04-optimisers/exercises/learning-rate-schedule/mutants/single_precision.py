"""Measures in single precision. Must fail: test_good_citizen."""
import math

import torch


def learning_rate(
    step: int,  # 0 for the first step
    total_steps: int,
    peak: float,
    warmup_steps: int = 0,
    final: float = 0.0,
) -> float:
    """Straight up to `peak` in `warmup_steps` steps, then along half a cosine down to `final`."""
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    if step >= total_steps:
        return final
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return final + (peak - final) * (1 + math.cos(math.pi * progress)) / 2


@torch.no_grad()
def clip_by_norm(
    gradients: list[torch.Tensor],  # any shapes
    max_norm: float,
) -> tuple[list[torch.Tensor], float]:  # the gradients, and their norm before clipping
    """All gradients together as one long vector: shortened to `max_norm` where it is longer, its direction kept."""
    norm = math.sqrt(sum(float((g.float() ** 2).sum()) for g in gradients))
    scale = min(1.0, max_norm / (norm + 1e-6))
    return [g * scale for g in gradients], norm
