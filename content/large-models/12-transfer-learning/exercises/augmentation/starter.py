"""Augmentation of images whose background is -1."""
import torch


def shift(
    images: torch.Tensor,  # (N, 1, H, W)
    down: torch.Tensor,  # (N,) int64
    right: torch.Tensor,  # (N,) int64
    background: float = -1.0,
) -> torch.Tensor:  # (N, 1, H, W)
    """Each image moved by its own whole numbers of pixels."""
    raise NotImplementedError("shift is still to be written")


def mirror(
    images: torch.Tensor,  # (N, 1, H, W)
    labels: torch.Tensor,  # (N,) int64
    symmetric: set[int],  # labels that stay true
    coins: torch.Tensor,  # (N,) bool
) -> torch.Tensor:  # (N, 1, H, W)
    """Left and right change places where the coin says so and the label allows it."""
    raise NotImplementedError("mirror is still to be written")


def mixup(
    images: torch.Tensor,  # (N, 1, H, W)
    targets: torch.Tensor,  # (N, C)
    order: torch.Tensor,  # (N,) int64: the partner of each example
    weight: torch.Tensor,  # (N,): the share of the example itself
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, 1, H, W) and (N, C)
    """Each example mixed with its partner, image and target alike."""
    raise NotImplementedError("mixup is still to be written")


def random_shift(
    images: torch.Tensor,  # (N, 1, H, W)
    most: int,
    generator: torch.Generator | None = None,
) -> torch.Tensor:  # (N, 1, H, W)
    """Each image moved by -most to most pixels in each direction, at random."""
    raise NotImplementedError("random_shift is still to be written")
