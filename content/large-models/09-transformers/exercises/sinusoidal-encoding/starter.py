"""Tell a network the order of its input: sinusoidal positional encoding."""
import torch


def sinusoidal_encoding(length: int, width: int, start: int = 0, base: float = 10000.0) -> torch.Tensor:  # (length, width)
    """The encodings of positions start, start + 1, ... in float32."""
    raise NotImplementedError("sinusoidal_encoding is still to be written")


def add_positions(x: torch.Tensor, start: int = 0) -> torch.Tensor:  # (N, L, width) -> (N, L, width)
    """x with the encoding of its position added to each vector; the first vector of a sequence is at position start."""
    raise NotImplementedError("add_positions is still to be written")


def shift_matrix(distance: int, width: int, base: float = 10000.0) -> torch.Tensor:  # (width, width)
    """The matrix M with M @ PE(p) = PE(p + distance) for every position p."""
    raise NotImplementedError("shift_matrix is still to be written")
