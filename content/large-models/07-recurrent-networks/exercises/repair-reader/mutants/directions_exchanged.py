"""Puts the backward state first. Must fail: test_values."""
import torch
from torch import nn


class Reader(nn.Module):
    """Sequences (N, T, inputs) with lengths (N,) -> logits (N, classes)."""

    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, bidirectional=True, batch_first=True)
        self.classify = nn.Linear(2 * width, classes)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, (h_n, _) = self.lstm(packed)  # (2, N, width): the final state of each direction
        return self.classify(torch.cat([h_n[1], h_n[0]], dim=1))  # (N, classes)
