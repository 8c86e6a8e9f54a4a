"""Calculates in float32. Must fail: test_expected_best."""
import torch


def summary(scores: torch.Tensor) -> tuple[float, float, float]:  # (n,) float64
    """Mean, standard deviation, standard error of the mean."""
    deviation = scores.std(correction=1)
    return scores.mean().item(), deviation.item(), (deviation / len(scores) ** 0.5).item()


def expected_best(scores: torch.Tensor, k: int) -> float:  # (n,) float64
    """The best of k runs on average, drawn with replacement."""
    n = len(scores)
    at_most = (torch.arange(n + 1, dtype=torch.float32) / n) ** k  # (n + 1,): 0 ... 1
    return (scores.sort().values * at_most.diff()).sum().item()


def budget_for(scores: torch.Tensor, target: float, most: int = 1000) -> int | None:
    """The smallest number of runs whose best is expected to reach the target."""
    return next((k for k in range(1, most + 1) if expected_best(scores, k) >= target), None)


def fair_comparison(first: torch.Tensor, second: torch.Tensor) -> list[float]:  # (n,), (m,) float64
    """The lead of the first at equal numbers of runs."""
    runs = min(len(first), len(second))
    return [expected_best(first, k) - expected_best(second, k) for k in range(1, runs + 1)]
