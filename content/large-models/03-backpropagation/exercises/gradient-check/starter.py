"""Measure the gradient of a function, and hold a claimed gradient against it."""
from collections.abc import Callable

import torch


def numerical_gradient(
    f: Callable[[torch.Tensor], torch.Tensor | float],
    x: torch.Tensor,  # any shape
    step: float = 1e-5,
) -> torch.Tensor:  # the shape of x, float64
    """The central differences of f at x, one for each entry of x."""
    raise NotImplementedError("numerical_gradient is still to be written")


def relative_error(a: torch.Tensor, b: torch.Tensor) -> float:
    """How far two tensors of the same shape are apart, measured by their lengths: 0 (equal) to 1."""
    raise NotImplementedError("relative_error is still to be written")


def check_gradient(
    f: Callable[[torch.Tensor], torch.Tensor | float],
    gradient: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    tolerance: float = 1e-6,
) -> bool:
    """Whether gradient(x) is the gradient of f at x."""
    raise NotImplementedError("check_gradient is still to be written")
