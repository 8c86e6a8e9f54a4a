"""Divides by the largest norm instead of the last. Must fail: test_how_far_it_reaches."""
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
    with torch.no_grad():
        steps = x.shape[1]
        found = {"states": torch.zeros_like(states), "w_ih": torch.zeros_like(w_ih)}
        found |= {"w_hh": torch.zeros_like(w_hh), "b": w_hh.new_zeros(len(w_hh))}
        found["states"][:, -1] = last
        for t in range(steps, steps - (window or steps), -1):
            a_bar = found["states"][:, t] * (1 - states[:, t].square())  # (N, H): back through tanh
            found["w_ih"] += a_bar.T @ x[:, t - 1]
            found["w_hh"] += a_bar.T @ states[:, t - 1]
            found["b"] += a_bar.sum(dim=0)
            found["states"][:, t - 1] = a_bar @ w_hh
        return found


def reach(
    x: torch.Tensor,  # (N, T, D)
    h: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
    last: torch.Tensor,  # (N, H)
) -> torch.Tensor:  # (T + 1,)
    """The norm of the gradient of each state, divided by that of the last one."""
    with torch.no_grad():
        states = forward(x, h, w_ih, w_hh, b)
        gradients = backward(x, states, w_ih, w_hh, last)["states"]  # (N, T + 1, H)
        norms = gradients.square().sum(dim=(0, 2)).sqrt()  # (T + 1,)
        return norms / norms.max()
