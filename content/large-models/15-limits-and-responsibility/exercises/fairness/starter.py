"""Measures of fairness by group, and thresholds for equal opportunity."""
import torch


def rates(truth: torch.Tensor, decision: torch.Tensor) -> dict[str, float]:  # (N,) bool each
    """How often who is approved."""
    raise NotImplementedError("rates is still to be written")


def by_group(truth: torch.Tensor, decision: torch.Tensor, group: torch.Tensor) -> dict[int, dict[str, float]]:
    """The rates in each group."""
    raise NotImplementedError("by_group is still to be written")


def gaps(truth: torch.Tensor, decision: torch.Tensor, group: torch.Tensor) -> dict[str, float]:
    """How far the groups lie apart in each measure."""
    raise NotImplementedError("gaps is still to be written")


def thresholds(
    scores: torch.Tensor,  # (N,) float64
    truth: torch.Tensor,  # (N,) bool
    group: torch.Tensor,  # (N,) int64
    target: float,
) -> dict[int, float]:
    """For each group the largest threshold that gives its qualified members the chance."""
    raise NotImplementedError("thresholds is still to be written")
