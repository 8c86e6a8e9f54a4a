"""Asks for the smallest id where there is none: an empty batch raises. Must fail: test_embed."""
import torch


def pad(rows: list[list[int]], padding: int = 0) -> tuple[torch.Tensor, torch.Tensor]:  # (N, L) int64, (N, L) bool
    """The rows filled up behind with padding to the longest, and where the real ids are."""
    lengths = torch.tensor([len(row) for row in rows])  # (N,)
    length = max(len(row) for row in rows)
    ids = torch.tensor([[*row, *[padding] * (length - len(row))] for row in rows], dtype=torch.int64)
    mask = torch.arange(length) < lengths[:, None]  # (L,) against (N, 1) -> (N, L)
    return ids.reshape(len(rows), length), mask


def embed(table: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:  # (V, d), (...) -> (..., d)
    """The row of the table for each id; IndexError for ids that it does not have."""
    if ids.min() < 0:  # these would count from the end; for ids that are too large, the look-up itself raises
        raise IndexError(f"the id {ids.min()} is negative")
    return table[ids]


def masked_mean(h: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:  # (N, L, d), (N, L) -> (N, d)
    """The mean over the real tokens of each text; zeros for a text without any."""
    real = mask[:, :, None]  # (N, L, 1)
    return h.masked_fill(~real, 0).sum(dim=1) / real.sum(dim=1).clamp(min=1)


def embedding_gradient(
    ids: torch.Tensor,  # (N, L)
    slopes: torch.Tensor,  # (N, L, d): the gradient of the loss with respect to embed(table, ids)
    size: int,  # V
    padding: int | None = None,  # an id whose row learns nothing
) -> torch.Tensor:  # (V, d)
    """The gradient of the loss with respect to the table."""
    gradient = slopes.new_zeros(size, slopes.shape[-1])
    gradient = gradient.index_add(0, ids.flatten(), slopes.flatten(0, 1))
    if padding is not None:
        gradient[padding] = 0
    return gradient
