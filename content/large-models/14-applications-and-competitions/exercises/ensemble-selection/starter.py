"""Choose which models to average."""
import torch


def mean_loss(p: torch.Tensor, target: torch.Tensor, eps: float = 1e-12) -> float:  # (N, C) float64, (N,) int64
    """The log loss."""
    raise NotImplementedError("mean_loss is still to be written")


def select(valid: torch.Tensor, target: torch.Tensor, rounds: int) -> list[int]:  # (M, N, C) float64, (N,) int64
    """The models to average, in the order in which they were added; one may occur several times."""
    raise NotImplementedError("select is still to be written")


def weights_of(chosen: list[int], count: int) -> torch.Tensor:  # (M,) float64
    """The share of each model."""
    raise NotImplementedError("weights_of is still to be written")


def blend(p: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:  # (M, K, C), (M,) -> (K, C)
    """The weighted mean of the probabilities."""
    raise NotImplementedError("blend is still to be written")
