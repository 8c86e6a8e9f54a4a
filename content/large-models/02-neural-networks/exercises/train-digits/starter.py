"""A classifier for handwritten digits, trained on 8,000 images that lie in data/digits.npz."""
import numpy as np
import torch
from torch import nn


def load_digits() -> tuple[torch.Tensor, torch.Tensor]:
    """The training images, (8000, 28, 28) uint8, and their labels, (8000,) int64."""
    with np.load("data/digits.npz") as digits:
        return torch.from_numpy(digits["images"]), torch.from_numpy(digits["labels"]).long()


def train(
    images: torch.Tensor,  # (N, 28, 28) uint8
    labels: torch.Tensor,  # (N,) int64
) -> nn.Module:
    """A trained model."""
    raise NotImplementedError("train is still to be written")


def predict(
    model: nn.Module,
    images: torch.Tensor,  # (N, 28, 28) uint8
) -> torch.Tensor:  # (N,) int64
    """The digit that the model reads in each image."""
    raise NotImplementedError("predict is still to be written")
