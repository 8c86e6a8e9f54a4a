"""A weighted average."""
import torch


def weighted_average(
    x: torch.Tensor,  # (N,)
    w: torch.Tensor,  # (N,), all positive
) -> torch.Tensor:  # ()
    """The average of x, in which each number counts as much as its weight."""
    raise NotImplementedError("weighted_average is still to be written")
