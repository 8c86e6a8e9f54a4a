"""Lets the backward direction begin in the padding. Must fail: test_padding_does_not_matter."""
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
        half = output.shape[2] // 2
        ends = output[torch.arange(len(x)), lengths - 1, :half]
        return self.classify(torch.cat([ends, output[:, 0, half:]], dim=1))
