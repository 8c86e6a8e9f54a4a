"""An LSTM from tensors, with the weights as PyTorch has them."""
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
    raise NotImplementedError("lstm_cell is still to be written")


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
    raise NotImplementedError("lstm is still to be written")


def open_forget_gate(b: torch.Tensor, value: float = 1.0) -> torch.Tensor:  # (4H,)
    """The bias b (4H,) with `value` in the part of the forget gate."""
    raise NotImplementedError("open_forget_gate is still to be written")
