"""Cuts large numbers off as well. Must fail: test_hidden_layers_use_relu."""
import torch


def linear(
    x: torch.Tensor,  # (..., n_in)
    weight: torch.Tensor,  # (n_out, n_in): one row for each output
    bias: torch.Tensor | None = None,  # (n_out,)
) -> torch.Tensor:  # (..., n_out)
    """Wx + b for every vector in x."""
    y = x @ weight.T
    return y if bias is None else y + bias


def mlp(
    x: torch.Tensor,  # (..., n_in)
    layers: list[tuple[torch.Tensor, torch.Tensor]],  # (weight, bias) of each layer, first layer first
) -> torch.Tensor:  # (..., outputs of the last layer)
    """All layers in a row, with ReLU between one layer and the next."""
    *hidden, last = layers
    for weight, bias in hidden:
        x = linear(x, weight, bias).clamp(0, 6)
    return linear(x, *last)
