"""Goes on for any gain, however small. Must fail: test_it_stops."""
import torch


def mean_loss(p: torch.Tensor, target: torch.Tensor, eps: float = 1e-12) -> float:  # (N, C) float64, (N,) int64
    """The log loss."""
    true = p.gather(1, target[:, None]).clamp_min(eps)  # (N, 1)
    return -true.log().mean().item()


def select(valid: torch.Tensor, target: torch.Tensor, rounds: int) -> list[int]:  # (M, N, C) float64, (N,) int64
    """The models to average, in the order in which they were added; one may occur several times."""
    chosen: list[int] = []
    total, lowest = torch.zeros_like(valid[0]), float("inf")
    for size in range(1, rounds + 1):
        losses = [mean_loss((total + p) / size, target) for p in valid]
        best = losses.index(min(losses))
        if losses[best] >= lowest:
            break
        chosen.append(best)
        total, lowest = total + valid[best], losses[best]
    return chosen


def weights_of(chosen: list[int], count: int) -> torch.Tensor:  # (M,) float64
    """The share of each model."""
    return torch.tensor([chosen.count(model) / len(chosen) for model in range(count)], dtype=torch.float64)


def blend(p: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:  # (M, K, C), (M,) -> (K, C)
    """The weighted mean of the probabilities."""
    return (weights[:, None, None] * p).sum(dim=0)
