import torch


def centred(x: torch.Tensor) -> torch.Tensor:
    """Each row minus its mean."""
    return x - x.mean(dim=-1, keepdim=True)
