"""Is the new model better, or was it lucky?"""
import torch


def disagreements(
    old: torch.Tensor,  # (N,) int64
    new: torch.Tensor,  # (N,) int64
    target: torch.Tensor,  # (N,) int64
) -> tuple[int, int]:
    """How many examples only the new model gets right, and how many only the old one."""
    raise NotImplementedError("disagreements is still to be written")


def exact_p_value(b: int, c: int) -> float:
    """How probable it is that fair coins fall so unevenly or more, in either direction."""
    raise NotImplementedError("exact_p_value is still to be written")


def resampled_gains(
    old: torch.Tensor,  # (N,) int64
    new: torch.Tensor,  # (N,) int64
    target: torch.Tensor,  # (N,) int64
    rows: torch.Tensor,  # (R, N) int64
) -> torch.Tensor:  # (R,) float64
    """The gain in accuracy on each sample of the examples."""
    raise NotImplementedError("resampled_gains is still to be written")


def holm(p_values: list[float], level: float = 0.05) -> list[bool]:
    """Which of several claims stand, although several were tested."""
    raise NotImplementedError("holm is still to be written")
