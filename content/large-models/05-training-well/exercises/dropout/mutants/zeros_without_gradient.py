"""Makes new zeros where all is dropped, without a gradient. Must fail: test_gradient."""
import torch
from torch import nn


def dropout(x: torch.Tensor, p: float = 0.5, training: bool = True) -> torch.Tensor:  # the shape of x
    """Each number is zero with probability p, the others are divided by 1 - p; without training, x."""
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, but {p} was given")
    if not training:
        return x
    if p == 1:
        return torch.zeros_like(x)
    kept = torch.rand_like(x) >= p  # rand is never 1, so p = 0 keeps all
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
