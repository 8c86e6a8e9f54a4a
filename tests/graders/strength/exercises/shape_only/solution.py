import torch


def centred(x: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """Each row minus its mean, divided by the root of the width."""
    return (x - x.mean(dim=-1, keepdim=True)) * scale / x.shape[-1] ** 0.5
