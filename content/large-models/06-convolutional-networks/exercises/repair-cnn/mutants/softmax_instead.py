"""Puts a softmax in the place of the ReLU. Must fail: test_logits_may_be_negative."""
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
        x = x.flatten(1)  # (N, 128): the images stay apart, whatever the sizes
        x = torch.relu(self.fc1(x))  # (N, 256)
        return torch.softmax(self.fc2(x), dim=1)  # (N, 10), of either sign
