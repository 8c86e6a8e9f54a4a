"""A Transformer encoder block, from tensors."""
import torch


def layer_norm(
    x: torch.Tensor,  # (..., width)
    weight: torch.Tensor,  # (width,)
    bias: torch.Tensor,  # (width,)
    eps: float = 1e-5,
) -> torch.Tensor:  # (..., width)
    """Each vector brought to mean 0 and variance 1, then scaled and moved."""
    raise NotImplementedError("layer_norm is still to be written")


def encoder_block(
    x: torch.Tensor,  # (N, L, width)
    parameters: dict[str, torch.Tensor],
    heads: int,
    real: torch.Tensor | None = None,  # (N, L) bool, True: a token, False: padding
    norm_first: bool = True,
) -> torch.Tensor:  # (N, L, width)
    """Attention and MLP, each with a way round it and a norm."""
    raise NotImplementedError("encoder_block is still to be written")


def parameter_count(width: int, hidden: int) -> int:
    """How many numbers the parameters of one block are, whatever the number of heads."""
    raise NotImplementedError("parameter_count is still to be written")
