"""Computes the angles of the shift in float32, too coarse for large distances. Must fail: test_shift."""
import torch


def speeds(width: int, base: float) -> torch.Tensor:  # (width / 2,) float64
    """How many radians each pair turns from one position to the next."""
    if width < 2 or width % 2:
        raise ValueError(f"a width of {width} cannot be cut into pairs")
    return base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)


def sinusoidal_encoding(length: int, width: int, start: int = 0, base: float = 10000.0) -> torch.Tensor:  # (length, width)
    """The encodings of positions start, start + 1, ... in float32."""
    place = torch.arange(start, start + length, dtype=torch.float64)[:, None]  # (length, 1)
    angle = place * speeds(width, base)  # (length, width / 2)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1).float()  # (length, width)


def add_positions(x: torch.Tensor, start: int = 0) -> torch.Tensor:  # (N, L, width) -> (N, L, width)
    """x with the encoding of its position added to each vector; the first vector of a sequence is at position start."""
    encoding = sinusoidal_encoding(x.shape[1], x.shape[2], start)
    return x + encoding.to(x)  # (N, L, width) + (L, width)


def shift_matrix(distance: int, width: int, base: float = 10000.0) -> torch.Tensor:  # (width, width)
    """The matrix M with M @ PE(p) = PE(p + distance) for every position p."""
    angle = distance * speeds(width, base).float()  # (width / 2,)
    cos, sin = angle.cos(), angle.sin()
    blocks = torch.stack([cos, sin, -sin, cos], dim=-1).unflatten(-1, (2, 2))  # (width / 2, 2, 2)
    return torch.block_diag(*blocks).float()
