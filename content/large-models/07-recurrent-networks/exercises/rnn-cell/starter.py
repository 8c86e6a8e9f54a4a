"""A recurrent network from tensors."""
import torch


def rnn_cell(
    x: torch.Tensor,  # (N, D)
    h: torch.Tensor,  # (N, H)
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
) -> torch.Tensor:  # (N, H)
    """The next state."""
    raise NotImplementedError("rnn_cell is still to be written")


def rnn(
    x: torch.Tensor,  # (N, T, D)
    h: torch.Tensor,  # (N, H), before the first step
    w_ih: torch.Tensor,  # (H, D)
    w_hh: torch.Tensor,  # (H, H)
    b: torch.Tensor,  # (H,)
    lengths: torch.Tensor | None = None,  # (N,), how many steps of each sequence are real
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, T, H), (N, H)
    """All states, and the state after the last real step."""
    raise NotImplementedError("rnn is still to be written")
