"""A linear layer, and a network of several: y = f(Wx + b)."""
import torch


def linear(
    x: torch.Tensor,  # (..., n_in)
    weight: torch.Tensor,  # (n_out, n_in): one row for each output
    bias: torch.Tensor | None = None,  # (n_out,)
) -> torch.Tensor:  # (..., n_out)
    """Wx + b for every vector in x."""
    raise NotImplementedError("linear is still to be written")


def mlp(
    x: torch.Tensor,  # (..., n_in)
    layers: list[tuple[torch.Tensor, torch.Tensor]],  # (weight, bias) of each layer, first layer first
) -> torch.Tensor:  # (..., outputs of the last layer)
    """All layers in a row, with ReLU between one layer and the next."""
    raise NotImplementedError("mlp is still to be written")
