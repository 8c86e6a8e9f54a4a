"""A bidirectional LSTM classifier as tutorials spread it. It runs, and three things are wrong. Repair it."""
import torch
from torch import nn


class Reader(nn.Module):
    """Sequences (N, T, inputs) with lengths (N,) -> logits (N, classes)."""

    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, bidirectional=True)
        self.classify = nn.Linear(2 * width, classes)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        output, _ = self.lstm(x)
        return self.classify(output[:, -1])
