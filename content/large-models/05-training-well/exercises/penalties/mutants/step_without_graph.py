"""Makes the step as an optimiser would, outside the graph. Must fail: test_decay_step."""
import torch


def penalty(
    parameters: list[torch.Tensor],  # any shapes
    l1: float = 0.0,
    l2: float = 0.0,
) -> torch.Tensor:  # ()
    """l1 times the absolute values plus l2 / 2 times the squares, of tensors with at least two axes."""
    weights = [p for p in parameters if p.dim() >= 2]
    return sum((l1 * w.abs().sum() + l2 / 2 * w.square().sum() for w in weights), torch.zeros(()))


@torch.no_grad()
def decay_step(
    parameters: list[torch.Tensor],  # any shapes
    gradients: list[torch.Tensor],  # the same shapes
    lr: float,
    decay: float,
) -> list[torch.Tensor]:
    """New parameters after a step of SGD with weight decay; tensors with fewer than two axes do not decay."""
    kept = [1 - lr * decay if p.dim() >= 2 else 1 for p in parameters]
    return [k * p - lr * g for k, p, g in zip(kept, parameters, gradients, strict=True)]


def soft_threshold(w: torch.Tensor, t: float) -> torch.Tensor:  # the shape of w
    """Every number moved towards zero by t, and no further than zero."""
    return torch.sign(w) * torch.clamp(w.abs() - t, min=0)


def lasso(
    x: torch.Tensor,  # (N, D)
    y: torch.Tensor,  # (N,)
    l1: float,
    lr: float,
    steps: int,
) -> torch.Tensor:  # (D,)
    """Gradient steps on half the mean square, each followed by soft thresholding; begun at zero."""
    w = x.new_zeros(x.shape[1])
    for _ in range(steps):
        gradient = x.T @ (x @ w - y) / x.shape[0]  # (D,)
        w = soft_threshold(w - lr * gradient, lr * l1)
    return w
