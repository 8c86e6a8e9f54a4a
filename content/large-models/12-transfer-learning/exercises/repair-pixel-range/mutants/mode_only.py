"""Repairs the mode and leaves the range. Must fail: test_prepare, test_logits, test_reads_hidden_digits."""
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


def make_classifier() -> nn.Module:
    """(N, 1, 28, 28) -> (N, 5)"""
    backbone = nn.Sequential(
        *(nn.Conv2d(1, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6()),
        *(InvertedResidual(8, 8), InvertedResidual(8, 16, stride=2), InvertedResidual(16, 16)),
        *(nn.Conv2d(16, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    )
    return nn.Sequential(backbone, nn.Linear(64, 5))


def load_classifier() -> nn.Module:
    """The network with its pretrained weights."""
    model = make_classifier()
    with np.load("data/classifier.npz") as weights:
        model.load_state_dict({name: torch.from_numpy(weights[name]) for name in weights.files})
    return model.eval()  # batch norm by the statistics of the training


def prepare(images: torch.Tensor) -> torch.Tensor:
    """(N, 28, 28) uint8 -> (N, 1, 28, 28), as the network wants them."""
    return images[:, None].float() / 255


def logits_of(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """(N, 28, 28) uint8 -> (N, 5)"""
    with torch.no_grad():
        return model(prepare(images))


def predict(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """(N, 28, 28) uint8 -> (N,) int64, the digits 0 to 4"""
    return logits_of(model, images).argmax(dim=1)
