"""AdamW goes on with the usual betas. Must fail: test_adamw_step_by_step."""
import torch


@torch.no_grad()
def rmsprop_step(
    parameter: torch.Tensor,  # any shape
    gradient: torch.Tensor,  # the same shape
    s: torch.Tensor,  # the same shape: running mean of the squared gradients, zeros before the first step
    learning_rate: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
) -> tuple[torch.Tensor, torch.Tensor]:  # the new parameter and the new s
    """A gradient step in which every number is divided by the usual size of its own gradient."""
    s = alpha * s + (1 - alpha) * gradient**2
    return parameter - learning_rate * gradient / (s.sqrt() + eps), s


@torch.no_grad()
def adam_step(
    parameter: torch.Tensor,  # any shape
    gradient: torch.Tensor,  # the same shape
    m: torch.Tensor,  # the same shape: running mean of the gradients, zeros before the first step
    v: torch.Tensor,  # the same shape: running mean of the squared gradients, zeros before the first step
    step: int,  # 1 for the first step
    learning_rate: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # the new parameter, m and v; m and v without the correction
    """Both running means, each corrected for having started at zero."""
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1**step)
    v_hat = v / (1 - beta2**step)
    return parameter - learning_rate * m_hat / (v_hat.sqrt() + eps), m, v


@torch.no_grad()
def adamw_step(
    parameter: torch.Tensor,
    gradient: torch.Tensor,
    m: torch.Tensor,
    v: torch.Tensor,
    step: int,
    learning_rate: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Adam, with a weight decay that does not pass through the two running means."""
    shrunk = parameter * (1 - learning_rate * weight_decay)
    return adam_step(shrunk, gradient, m, v, step, learning_rate, eps=eps)
