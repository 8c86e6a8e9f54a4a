"""Counts the parameters of the outermost layers only, and none of a module within a module. Must fail: test_count_parameters."""
import torch
from torch import nn


class CNN(nn.Module):
    """(N, 1, 28, 28) -> (N, 10) logits."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(torch.relu(self.conv1(x)))  # (N, 1, 28, 28) -> (N, 16, 14, 14)
        x = self.pool(torch.relu(self.conv2(x)))  # (N, 32, 7, 7)
        return self.fc(x.flatten(1))  # (N, 1568) -> (N, 10)


def count_parameters(model: nn.Module) -> int:
    """How many numbers training may change in the model."""
    return sum(p.numel() for layer in model.children() for p in layer.parameters(recurse=False) if p.requires_grad)
