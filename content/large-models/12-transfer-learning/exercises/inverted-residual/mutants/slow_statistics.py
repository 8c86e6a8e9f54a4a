"""The second norm moves its averages ten times more slowly. Must fail: test_values_in_training."""
import torch
from torch import nn


class InvertedResidual(nn.Module):
    """Narrow, wide, narrow: expand, filter each channel by itself, project."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, expansion: int = 4):
        super().__init__()
        hidden = inputs * expansion
        self.expand = nn.Conv2d(inputs, hidden, kernel_size=1, bias=False)
        self.norm1 = nn.BatchNorm2d(hidden)
        self.depthwise = nn.Conv2d(hidden, hidden, kernel_size=3, stride=stride, padding=1, groups=hidden, bias=False)
        self.norm2 = nn.BatchNorm2d(hidden, momentum=0.01)
        self.project = nn.Conv2d(hidden, outputs, kernel_size=1, bias=False)
        self.norm3 = nn.BatchNorm2d(outputs)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (N, inputs, H, W) -> (N, outputs, H / stride, W / stride)
        y = nn.functional.relu6(self.norm1(self.expand(x)))  # (N, hidden, H, W)
        y = nn.functional.relu6(self.norm2(self.depthwise(y)))  # (N, hidden, H / stride, W / stride)
        y = self.norm3(self.project(y))  # (N, outputs, H / stride, W / stride)
        return x + y if self.shortcut else y
