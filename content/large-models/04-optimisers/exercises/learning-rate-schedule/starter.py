"""A learning rate that warms up and decays, and gradients that are cut to a length."""
import torch


def learning_rate(
    step: int,  # 0 for the first step
    total_steps: int,
    peak: float,
    warmup_steps: int = 0,
    final: float = 0.0,
) -> float:
    """Straight up to `peak` in `warmup_steps` steps, then along half a cosine down to `final`."""
    raise NotImplementedError("learning_rate is still to be written")


def clip_by_norm(
    gradients: list[torch.Tensor],  # any shapes
    max_norm: float,
) -> tuple[list[torch.Tensor], float]:  # the gradients, and their norm before clipping
    """All gradients together as one long vector: shortened to `max_norm` where it is longer, its direction kept."""
    raise NotImplementedError("clip_by_norm is still to be written")
