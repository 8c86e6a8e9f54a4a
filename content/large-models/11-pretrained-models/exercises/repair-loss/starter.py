"""Fine-tuning as tutorials spread it. It does not run, and if it did it would be wrong. Repair step and predict."""
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Outputs:
    """What the model returns."""

    logits: torch.Tensor  # (N, classes)
    loss: torch.Tensor | None  # (); None without labels


class TinyClassifier(nn.Module):
    """Reads tokens, takes their mean, names a class. It is right as it is."""

    def __init__(self, vocabulary: int, width: int, classes: int, dropout: float = 0.5):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.dropout = nn.Dropout(dropout)
        self.classify = nn.Linear(width, classes)

    def forward(
        self,
        input_ids: torch.Tensor,  # (N, L)
        attention_mask: torch.Tensor | None = None,  # (N, L): 1 token, 0 padding
        labels: torch.Tensor | None = None,  # (N,)
    ) -> Outputs:
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        mask = mask.unsqueeze(2).to(self.embed.weight.dtype)  # (N, L, 1)
        mean = (self.embed(input_ids) * mask).sum(dim=1) / mask.sum(dim=1)  # (N, width)
        logits = self.classify(self.dropout(torch.tanh(mean)))
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return Outputs(logits, loss)


def step(model: nn.Module, optimizer: torch.optim.Optimizer, tokens: torch.Tensor, labels: torch.Tensor) -> float:
    """One training step; the loss before it."""
    outputs = model(tokens)
    outputs.loss.backward()
    optimizer.step()
    return outputs.loss.item()


def predict(model: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    """(N, L) -> (N,) int64"""
    return model(tokens).logits.argmax(dim=1)
