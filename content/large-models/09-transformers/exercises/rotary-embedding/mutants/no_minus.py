"""Mirrors instead of turning. Must fail: test_lengths_stay."""
import torch


def rotate(
    x: torch.Tensor,  # (..., L, width)
    places: torch.Tensor,  # (L,): the position of each vector
    base: float = 10000.0,
) -> torch.Tensor:  # (..., L, width)
    """x with pair i of the vector at position p turned by p * base ** (-2i / width) radians."""
    width = x.shape[-1]
    if width % 2:
        raise ValueError(f"a width of {width} cannot be cut into pairs")
    speed = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)  # (width / 2,)
    angle = places.double()[:, None] * speed  # (L, width / 2)
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]  # (..., L, width / 2)
    return torch.stack([even * cos + odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


def rotary_scores(
    q: torch.Tensor,  # (..., L_q, width): queries at start, start + 1, ...
    k: torch.Tensor,  # (..., L_k, width): keys at 0, 1, ...
    start: int = 0,
    base: float = 10000.0,
) -> torch.Tensor:  # (..., L_q, L_k)
    """The scores of turned queries and keys, divided by the square root of the width."""
    turned_q = rotate(q, torch.arange(start, start + q.shape[-2]), base)
    turned_k = rotate(k, torch.arange(k.shape[-2]), base)
    return turned_q @ turned_k.transpose(-2, -1) / k.shape[-1] ** 0.5


def halves_to_pairs(weight: torch.Tensor, heads: int) -> torch.Tensor:  # (heads * d, width) -> (heads * d, width)
    """The rows of a query or key projection, from pairs (i, i + d / 2) within each head to pairs (2i, 2i + 1)."""
    return weight.unflatten(0, (heads, 2, -1)).transpose(1, 2).flatten(0, 2)
