"""Backpropagation through time, by hand."""
import torch


def forward(
    x: torch.Tensor,  # (N, T, D)
    h: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
) -> torch.Tensor:  # (N, T + 1, H)
    """All states, the first of them h itself."""
    states = [h]
    for step in x.unbind(1):
        states.append(torch.tanh(step @ w_ih.T + states[-1] @ w_hh.T + b))
    return torch.stack(states, dim=1)


def backward(
    x: torch.Tensor,  # (N, T, D)
    states: torch.Tensor,  # (N, T + 1, H)
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    last: torch.Tensor,  # (N, H), the gradient of the last state
    window: int | None = None,  # how many of the last steps take part
) -> dict[str, torch.Tensor]:
    """The gradients of all states and of the weights: "states", "w_ih", "w_hh", "b"."""
    raise NotImplementedError("backward is still to be written")


def reach(
    x: torch.Tensor,  # (N, T, D)
    h: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
    last: torch.Tensor,  # (N, H)
) -> torch.Tensor:  # (T + 1,)
    """The norm of the gradient of each state, divided by that of the last one."""
    raise NotImplementedError("reach is still to be written")
