"""Mirrors all that may be mirrored. Must fail: test_mirror."""
import torch


def shift(
    images: torch.Tensor,  # (N, 1, H, W)
    down: torch.Tensor,  # (N,) int64
    right: torch.Tensor,  # (N,) int64
    background: float = -1.0,
) -> torch.Tensor:  # (N, 1, H, W)
    """Each image moved by its own whole numbers of pixels."""
    n, _, height, width = images.shape
    rows = torch.arange(height) - down[:, None]  # (N, H): where each row comes from
    columns = torch.arange(width) - right[:, None]  # (N, W)
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]  # (N, H, W)
    picked = images[
        torch.arange(n)[:, None, None], 0, rows.clamp(0, height - 1)[:, :, None], columns.clamp(0, width - 1)[:, None, :]
    ]  # (N, H, W)
    return torch.where(inside, picked, background)[:, None]


def mirror(
    images: torch.Tensor,  # (N, 1, H, W)
    labels: torch.Tensor,  # (N,) int64
    symmetric: set[int],  # labels that stay true
    coins: torch.Tensor,  # (N,) bool
) -> torch.Tensor:  # (N, 1, H, W)
    """Left and right change places where the coin says so and the label allows it."""
    allowed = torch.tensor([label in symmetric for label in labels.tolist()])  # (N,)
    return torch.where(allowed[:, None, None, None], images.flip(3), images)


def mixup(
    images: torch.Tensor,  # (N, 1, H, W)
    targets: torch.Tensor,  # (N, C)
    order: torch.Tensor,  # (N,) int64: the partner of each example
    weight: torch.Tensor,  # (N,): the share of the example itself
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, 1, H, W) and (N, C)
    """Each example mixed with its partner, image and target alike."""
    wide = weight[:, None, None, None]  # (N, 1, 1, 1)
    tall = weight[:, None]  # (N, 1)
    return wide * images + (1 - wide) * images[order], tall * targets + (1 - tall) * targets[order]


def random_shift(
    images: torch.Tensor,  # (N, 1, H, W)
    most: int,
    generator: torch.Generator | None = None,
) -> torch.Tensor:  # (N, 1, H, W)
    """Each image moved by -most to most pixels in each direction, at random."""
    down, right = torch.randint(-most, most + 1, (2, len(images)), generator=generator)  # (N,) each
    return shift(images, down, right)
