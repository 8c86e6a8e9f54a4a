"""Reads the last real step in both directions. Must fail: test_both_directions_read_everything."""
import torch
from torch import nn


class Reader(nn.Module):
    """Sequences (N, T, inputs) with lengths (N,) -> logits (N, classes)."""

    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, bidirectional=True, batch_first=True)
        self.classify = nn.Linear(2 * width, classes)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        output, _ = self.lstm(x)
        return self.classify(output[torch.arange(len(x)), lengths - 1])
