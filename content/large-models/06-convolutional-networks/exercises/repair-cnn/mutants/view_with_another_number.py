"""A view with the number that is right for 28 × 28 joins nothing there, and cuts other images. Must fail: test_other_sizes_are_refused."""
import torch
from torch import nn


class TutorialCNN(nn.Module):
    """(N, 1, 28, 28) -> (N, 10) logits: that is the promise."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.conv3 = nn.Conv2d(64, 128, 3)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(128 * 1 * 1, 256)
        self.fc2 = nn.Linear(256, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(torch.relu(self.conv1(x)))  # 28 -> 26 -> 13: (N, 32, 13, 13)
        x = self.pool(torch.relu(self.conv2(x)))  # 13 -> 11 -> 5: (N, 64, 5, 5)
        x = self.pool(torch.relu(self.conv3(x)))  # 5 -> 3 -> 1: (N, 128, 1, 1)
        x = x.view(-1, 128)
        x = torch.relu(self.fc1(x))  # (N, 256)
        return self.fc2(x)  # (N, 10), of either sign
