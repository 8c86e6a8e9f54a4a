"""Stochastic gradient descent, plain and with momentum, step by step as torch.optim.SGD does it."""
import torch


def sgd_step(
    parameters: list[torch.Tensor],  # any shapes
    gradients: list[torch.Tensor],  # the same shapes
    learning_rate: float,
    weight_decay: float = 0.0,
) -> list[torch.Tensor]:  # the new parameters
    """One step against the gradient. Weight decay adds weight_decay · parameter to the gradient."""
    raise NotImplementedError("sgd_step is still to be written")


def momentum_step(
    parameters: list[torch.Tensor],
    gradients: list[torch.Tensor],
    velocities: list[torch.Tensor] | None,  # None before the first step
    learning_rate: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
    nesterov: bool = False,
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:  # the new parameters and the new velocities
    """One step along the velocity, a sum of all gradients so far in which old ones fade."""
    raise NotImplementedError("momentum_step is still to be written")
