"""Forgets nothing. Must fail: test_cell_state."""
import torch


def lstm_cell(
    x: torch.Tensor,  # (N, D)
    h: torch.Tensor,  # (N, H)
    c: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (4H, D)
    w_hh: torch.Tensor,  # (4H, H)
    b: torch.Tensor,  # (4H,)
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, H), (N, H)
    """The next hidden state and the next cell state."""
    i, f, g, o = (x @ w_ih.T + h @ w_hh.T + b).chunk(4, dim=1)  # (N, H) each
    new_c = c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(new_c), new_c


def lstm(
    x: torch.Tensor,  # (N, T, D)
    h: torch.Tensor,  # (N, H)
    c: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (4H, D)
    w_hh: torch.Tensor,  # (4H, H)
    b: torch.Tensor,  # (4H,)
    lengths: torch.Tensor | None = None,  # (N,)
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # (N, T, H), (N, H), (N, H)
    """The hidden states of all steps, and both states after the last real step."""
    hidden, cell, states = h, c, []
    for t, step in enumerate(x.unbind(1)):  # (N, D)
        new_hidden, new_cell = lstm_cell(step, hidden, cell, w_ih, w_hh, b)
        if lengths is not None:
            alive = (t < lengths)[:, None]  # (N, 1)
            new_hidden = torch.where(alive, new_hidden, hidden)
            new_cell = torch.where(alive, new_cell, cell)
        hidden, cell = new_hidden, new_cell
        states.append(hidden)
    return torch.stack(states, dim=1), hidden, cell


def open_forget_gate(b: torch.Tensor, value: float = 1.0) -> torch.Tensor:  # (4H,)
    """The bias b (4H,) with `value` in the part of the forget gate."""
    input_gate, _, candidate, output_gate = b.chunk(4)  # (H,) each
    return torch.cat([input_gate, torch.full_like(candidate, value), candidate, output_gate])
