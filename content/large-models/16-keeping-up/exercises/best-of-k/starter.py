"""What a number of runs is worth: means, errors, and the best of k."""
import torch


def summary(scores: torch.Tensor) -> tuple[float, float, float]:  # (n,) float64
    """Mean, standard deviation, standard error of the mean."""
    raise NotImplementedError("summary is still to be written")


def expected_best(scores: torch.Tensor, k: int) -> float:  # (n,) float64
    """The best of k runs on average, drawn with replacement."""
    raise NotImplementedError("expected_best is still to be written")


def budget_for(scores: torch.Tensor, target: float, most: int = 1000) -> int | None:
    """The smallest number of runs whose best is expected to reach the target."""
    raise NotImplementedError("budget_for is still to be written")


def fair_comparison(first: torch.Tensor, second: torch.Tensor) -> list[float]:  # (n,), (m,) float64
    """The lead of the first at equal numbers of runs."""
    raise NotImplementedError("fair_comparison is still to be written")
