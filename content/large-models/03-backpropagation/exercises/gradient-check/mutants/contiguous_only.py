"""Wants its point to lie in one piece in memory. Must fail: test_shapes."""
from collections.abc import Callable

import torch


@torch.no_grad()  # slopes are measured, not derived
def numerical_gradient(
    f: Callable[[torch.Tensor], torch.Tensor | float],
    x: torch.Tensor,  # any shape
    step: float = 1e-5,
) -> torch.Tensor:  # the shape of x, float64
    """The central differences of f at x, one for each entry of x."""
    flat = x.double().view(-1)
    slopes = torch.zeros_like(flat)
    for i in range(len(flat)):
        above, below = flat.clone(), flat.clone()
        above[i] += step
        below[i] -= step
        slopes[i] = (float(f(above.reshape(x.shape))) - float(f(below.reshape(x.shape)))) / (2 * step)
    return slopes.reshape(x.shape)


def relative_error(a: torch.Tensor, b: torch.Tensor) -> float:
    """How far two tensors of the same shape are apart, measured by their lengths: 0 (equal) to 1."""
    a, b = a.double(), b.double()
    total = a.norm() + b.norm()
    return 0.0 if total == 0 else float(torch.dist(a, b) / total)


def check_gradient(
    f: Callable[[torch.Tensor], torch.Tensor | float],
    gradient: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    tolerance: float = 1e-6,
) -> bool:
    """Whether gradient(x) is the gradient of f at x."""
    claimed = gradient(x.detach().double().clone())
    if claimed.shape != x.shape:
        return False
    return relative_error(claimed, numerical_gradient(f, x)) <= tolerance
