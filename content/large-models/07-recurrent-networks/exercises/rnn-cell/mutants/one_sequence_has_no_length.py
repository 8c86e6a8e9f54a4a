"""Takes the length of a single sequence for that of the batch. Must fail: test_lengths."""
import torch


def rnn_cell(
    x: torch.Tensor,  # (N, D)
    h: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
) -> torch.Tensor:  # (N, H)
    """The next state."""
    return torch.tanh(x @ w_ih.T + h @ w_hh.T + b)


def rnn(
    x: torch.Tensor,  # (N, T, D)
    h: torch.Tensor,  # (N, H), before the first step
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
    lengths: torch.Tensor | None = None,  # (N,), how many steps of each sequence are real
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, T, H), (N, H)
    """All states, and the state after the last real step."""
    state, states = h, []
    for step in x.unbind(1):  # (N, D)
        state = rnn_cell(step, state, w_ih, w_hh, b)
        states.append(state)
    outputs = torch.stack(states, dim=1)
    if lengths is None or x.shape[0] == 1:
        return outputs, state
    return outputs, outputs[torch.arange(x.shape[0]), lengths - 1]
