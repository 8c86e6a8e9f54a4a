"""Does not divide. Must fail: test_shape."""

import torch


def centred(x: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    return (x - x.mean(dim=-1, keepdim=True)) * scale
