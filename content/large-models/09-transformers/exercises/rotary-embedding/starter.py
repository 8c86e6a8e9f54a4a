"""Tell attention the distance: rotary embedding."""
import torch


def rotate(
    x: torch.Tensor,  # (..., L, width)
    places: torch.Tensor,  # (L,): the position of each vector
    base: float = 10000.0,
) -> torch.Tensor:  # (..., L, width)
    """x with pair i of the vector at position p turned by p * base ** (-2i / width) radians."""
    raise NotImplementedError("rotate is still to be written")


def rotary_scores(
    q: torch.Tensor,  # (..., L_q, width): queries at start, start + 1, ...
    k: torch.Tensor,  # (..., L_k, width): keys at 0, 1, ...
    start: int = 0,
    base: float = 10000.0,
) -> torch.Tensor:  # (..., L_q, L_k)
    """The scores of turned queries and keys, divided by the square root of the width."""
    raise NotImplementedError("rotary_scores is still to be written")


def halves_to_pairs(weight: torch.Tensor, heads: int) -> torch.Tensor:  # (heads * d, width) -> (heads * d, width)
    """The rows of a query or key projection, from pairs (i, i + d / 2) within each head to pairs (2i, 2i + 1)."""
    raise NotImplementedError("halves_to_pairs is still to be written")
