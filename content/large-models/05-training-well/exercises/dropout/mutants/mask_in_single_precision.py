"""Makes the mask of float32, and so the result of smaller numbers too. Must fail: test_edges."""
import torch
from torch import nn


def dropout(x: torch.Tensor, p: float = 0.5, training: bool = True) -> torch.Tensor:  # the shape of x
    """Each number is zero with probability p, the others are divided by 1 - p; without training, x."""
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, but {p} was given")
    if not training:
        return x
    if p == 1:
        return x * 0
    kept = (torch.rand(x.shape) >= p).float()  # rand is never 1, so p = 0 keeps all
    return x * kept / (1 - p)


class Dropout(nn.Module):
    """Applies dropout in training mode and nothing in evaluation mode."""

    def __init__(self, p: float = 0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability, but {p} was given")
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return dropout(x, self.p, self.training)
