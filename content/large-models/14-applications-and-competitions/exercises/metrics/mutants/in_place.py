"""Clips the caller's probabilities in place. Must fail: test_log_loss."""
import torch


def macro_f1(
    predicted: torch.Tensor,  # (N,) numbers of classes
    target: torch.Tensor,  # (N,) numbers of classes
) -> torch.Tensor:  # () float64
    """The mean F1 over the classes that occur in one of the two."""
    classes = torch.cat([predicted, target]).unique()  # (K,)
    told = predicted == classes[:, None]  # (K, N)
    true = target == classes[:, None]  # (K, N)
    hits = (told & true).sum(dim=1).double()  # (K,): TP
    f1 = 2 * hits / (told.sum(dim=1) + true.sum(dim=1))  # (K,): TP + FP, TP + FN
    return f1.mean()


def roc_auc(
    scores: torch.Tensor,  # (N,) higher: more probably positive
    target: torch.Tensor,  # (N,) 0 or 1
) -> torch.Tensor:  # () float64
    """The share of pairs (positive, negative) in the right order; ties count half."""
    _, group, count = scores.unique(return_inverse=True, return_counts=True)  # groups in ascending order
    ranks = (count.cumsum(0).double() - (count - 1) / 2.0)[group]  # (N,): equal scores share their mean rank
    positive = target == 1
    n, m = int(positive.sum()), int((~positive).sum())
    if n == 0 or m == 0:
        return torch.tensor(float("nan"), dtype=torch.float64)
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * m)


def log_loss(
    probabilities: torch.Tensor,  # (N, C)
    target: torch.Tensor,  # (N,) from 0 to C - 1
    eps: float = 1e-12,
) -> torch.Tensor:  # () float64
    """The mean of -ln p of the right class, p clipped to [eps, 1 - eps]."""
    probabilities.clamp_(eps, 1 - eps)
    right = probabilities.double().gather(1, target[:, None])  # (N, 1)
    return -right.clamp(eps, 1 - eps).log().mean()
