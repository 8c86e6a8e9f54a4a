"""Three metrics. N: rows, C: classes."""
import torch


def macro_f1(
    predicted: torch.Tensor,  # (N,) numbers of classes
    target: torch.Tensor,  # (N,) numbers of classes
) -> torch.Tensor:  # () float64
    """The mean F1 over the classes that occur in one of the two."""
    raise NotImplementedError("macro_f1 is still to be written")


def roc_auc(
    scores: torch.Tensor,  # (N,) higher: more probably positive
    target: torch.Tensor,  # (N,) 0 or 1
) -> torch.Tensor:  # () float64
    """The share of pairs (positive, negative) in the right order; ties count half."""
    raise NotImplementedError("roc_auc is still to be written")


def log_loss(
    probabilities: torch.Tensor,  # (N, C)
    target: torch.Tensor,  # (N,) from 0 to C - 1
    eps: float = 1e-12,
) -> torch.Tensor:  # () float64
    """The mean of -ln p of the right class, p clipped to [eps, 1 - eps]."""
    raise NotImplementedError("log_loss is still to be written")
