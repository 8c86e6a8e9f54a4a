"""Sums over the rows. Must fail: test_probabilities, test_loss."""
import torch


def log_softmax(z: torch.Tensor) -> torch.Tensor:  # (N, C) -> (N, C)
    """The logarithms of the probabilities."""
    shifted = z - z.amax(dim=1, keepdim=True).detach()  # (N, C): the largest is 0
    return shifted - shifted.exp().sum(dim=0, keepdim=True).log()


def softmax(z: torch.Tensor) -> torch.Tensor:  # (N, C) -> (N, C)
    """The probabilities."""
    return log_softmax(z).exp()


def cross_entropy(z: torch.Tensor, y: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:  # (N, C), (N,) -> ()
    """The mean loss over the rows."""
    log_p = log_softmax(z)
    right = log_p.gather(1, y[:, None]).squeeze(1)  # (N,)
    return -((1 - smoothing) * right + smoothing * log_p.mean(dim=1)).mean()


def top_k_accuracy(z: torch.Tensor, y: torch.Tensor, k: int = 1) -> float:  # (N, C), (N,)
    """How often the right class is among the k largest."""
    best = z.topk(k, dim=1).indices  # (N, k)
    return (best == y[:, None]).any(dim=1).double().mean().item()
