"""Cuts all sequences at the shortest. Must fail: test_values."""
import torch
from torch import nn


class Reader(nn.Module):
    """Sequences (N, T, inputs) with lengths (N,) -> logits (N, classes)."""

    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, bidirectional=True, batch_first=True)
        self.classify = nn.Linear(2 * width, classes)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        _, (h_n, _) = self.lstm(x[:, : int(lengths.min())])
        return self.classify(torch.cat([h_n[0], h_n[1]], dim=1))
