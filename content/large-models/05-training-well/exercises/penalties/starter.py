"""Three ways to keep weights small: L1, L2 and weight decay."""
import torch


def penalty(
    parameters: list[torch.Tensor],  # any shapes
    l1: float = 0.0,
    l2: float = 0.0,
) -> torch.Tensor:  # ()
    """l1 times the absolute values plus l2 / 2 times the squares, of tensors with at least two axes."""
    raise NotImplementedError("penalty is still to be written")


def decay_step(
    parameters: list[torch.Tensor],  # any shapes
    gradients: list[torch.Tensor],  # the same shapes
    lr: float,
    decay: float,
) -> list[torch.Tensor]:
    """New parameters after a step of SGD with weight decay; tensors with fewer than two axes do not decay."""
    raise NotImplementedError("decay_step is still to be written")


def soft_threshold(w: torch.Tensor, t: float) -> torch.Tensor:  # the shape of w
    """Every number moved towards zero by t, and no further than zero."""
    raise NotImplementedError("soft_threshold is still to be written")


def lasso(
    x: torch.Tensor,  # (N, D)
    y: torch.Tensor,  # (N,)
    l1: float,
    lr: float,
    steps: int,
) -> torch.Tensor:  # (D,)
    """Gradient steps on half the mean square, each followed by soft thresholding; begun at zero."""
    raise NotImplementedError("lasso is still to be written")
