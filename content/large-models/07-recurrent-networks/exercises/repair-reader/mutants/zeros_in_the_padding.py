"""Fills the padding with zeros and reads them. Must fail: test_values."""
import torch
from torch import nn


class Reader(nn.Module):
    """Sequences (N, T, inputs) with lengths (N,) -> logits (N, classes)."""

    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, bidirectional=True, batch_first=True)
        self.classify = nn.Linear(2 * width, classes)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        x = x * (torch.arange(x.shape[1]) < lengths[:, None])[:, :, None]
        output, _ = self.lstm(x)
        half = output.shape[2] // 2
        ends = output[torch.arange(len(x)), lengths - 1, :half]
        return self.classify(torch.cat([ends, output[:, 0, half:]], dim=1))
