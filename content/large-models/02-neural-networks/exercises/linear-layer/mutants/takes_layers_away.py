"""Takes the layers out of the list that was given. Must fail: test_good_citizen."""
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
    last = layers.pop()
    for weight, bias in layers:
        x = torch.relu(linear(x, weight, bias))
    return linear(x, *last)
