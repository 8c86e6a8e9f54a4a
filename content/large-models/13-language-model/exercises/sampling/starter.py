"""Choosing the next token of a language model."""
import torch


def next_probabilities(
    logits: torch.Tensor,  # (N, V)
    temperature: float = 1.0,  # 0: the most probable token only
    top_k: int | None = None,
    top_p: float | None = None,
) -> torch.Tensor:  # (N, V), each row sums to 1
    """The distribution from which the next token of each row is drawn."""
    raise NotImplementedError("next_probabilities is still to be written")


def draw(
    probabilities: torch.Tensor,  # (N, V)
    generator: torch.Generator | None = None,
) -> torch.Tensor:  # (N,) int64
    """One token for each row."""
    raise NotImplementedError("draw is still to be written")
