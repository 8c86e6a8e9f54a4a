"""From lists of ids to one vector a text: padding, embedding, masked mean, and the gradient of the table."""
import torch


def pad(rows: list[list[int]], padding: int = 0) -> tuple[torch.Tensor, torch.Tensor]:  # (N, L) int64, (N, L) bool
    """The rows filled up behind with padding to the longest, and where the real ids are."""
    raise NotImplementedError("pad is still to be written")


def embed(table: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:  # (V, d), (...) -> (..., d)
    """The row of the table for each id; IndexError for ids that it does not have."""
    raise NotImplementedError("embed is still to be written")


def masked_mean(h: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:  # (N, L, d), (N, L) -> (N, d)
    """The mean over the real tokens of each text; zeros for a text without any."""
    raise NotImplementedError("masked_mean is still to be written")


def embedding_gradient(
    ids: torch.Tensor,  # (N, L)
    slopes: torch.Tensor,  # (N, L, d): the gradient of the loss with respect to embed(table, ids)
    size: int,  # V
    padding: int | None = None,  # an id whose row learns nothing
) -> torch.Tensor:  # (V, d)
    """The gradient of the loss with respect to the table."""
    raise NotImplementedError("embedding_gradient is still to be written")
