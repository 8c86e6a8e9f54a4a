"""A new head on a pretrained backbone that must not change."""
import numpy as np
import torch
from torch import nn


class InvertedResidual(nn.Module):
    """Narrow, wide, narrow, as in the chapter."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, expansion: int = 4):
        super().__init__()
        hidden = inputs * expansion
        self.expand = nn.Sequential(nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6())
        self.depthwise = nn.Sequential(
            nn.Conv2d(hidden, hidden, 3, stride, padding=1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()
        )
        self.project = nn.Sequential(nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.shortcut else y


def make_backbone() -> nn.Module:
    """(N, 1, 28, 28) -> (N, 64)"""
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6()),
        *(InvertedResidual(8, 8), InvertedResidual(8, 16, stride=2), InvertedResidual(16, 16)),
        *(nn.Conv2d(16, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    )


def load_backbone() -> nn.Module:
    """The backbone, pretrained on the digits 0 to 4."""
    backbone = make_backbone()
    with np.load("data/backbone.npz") as weights:
        backbone.load_state_dict({name: torch.from_numpy(weights[name]) for name in weights.files})
    return backbone


def load_digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Images (250, 28, 28) uint8 of the digits 5 to 9, and their labels (250,) int64."""
    with np.load("data/digits.npz") as digits:
        return torch.from_numpy(digits["images"]), torch.from_numpy(digits["labels"]).long()


def prepare(images: torch.Tensor) -> torch.Tensor:
    """(N, 28, 28) uint8 -> (N, 1, 28, 28) from -1 to 1, as the backbone wants them."""
    return images[:, None] / 127.5 - 1


class Transfer(nn.Module):
    """A frozen backbone and a head that learns."""

    def __init__(self, backbone: nn.Module, features: int, classes: int):
        super().__init__()
        # backbone and head belong here.

    def train(self, mode: bool = True) -> "Transfer":
        """Training mode for all but the backbone."""
        raise NotImplementedError("Transfer.train is still to be written")

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (N, 1, 28, 28) -> (N, classes)
        raise NotImplementedError("Transfer.forward is still to be written")


def fit(
    model: Transfer,
    images: torch.Tensor,  # (N, 28, 28) uint8
    labels: torch.Tensor,  # (N,) int64, 5 to 9
) -> None:
    """Trains the head."""
    raise NotImplementedError("fit is still to be written")


def predict(
    model: Transfer,
    images: torch.Tensor,  # (N, 28, 28) uint8
) -> torch.Tensor:  # (N,) int64, 5 to 9
    """The digit that the model reads in each image."""
    raise NotImplementedError("predict is still to be written")
