"""Stochastic gradient descent, plain and with momentum, step by step as torch.optim.SGD does it."""
import torch


@torch.no_grad()
def sgd_step(
    parameters: list[torch.Tensor],  # any shapes
    gradients: list[torch.Tensor],  # the same shapes
    learning_rate: float,
    weight_decay: float = 0.0,
) -> list[torch.Tensor]:  # the new parameters
    """One step against the gradient. Weight decay adds weight_decay · parameter to the gradient."""
    return [p - learning_rate * (g + weight_decay * p) for p, g in zip(parameters, gradients, strict=True)]


@torch.no_grad()
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
    if velocities is None:
        velocities = [torch.zeros_like(p) for p in parameters]
    new_parameters, new_velocities = [], []
    for p, g, v in zip(parameters, gradients, velocities, strict=True):
        g = g + weight_decay * p
        v = momentum * v + g
        direction = g + momentum * v if nesterov else v
        new_parameters.append(p - learning_rate * direction)
        new_velocities.append(v)
    return new_parameters, new_velocities
