"""Starts with zeros on both sides. Must fail: test_starts_as_the_old_layer."""
import torch
from torch import nn


class LoRALinear(nn.Module):
    """A frozen linear layer and a correction of low rank beside it."""

    def __init__(self, layer: nn.Linear, rank: int, alpha: float):
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.a = nn.Parameter(torch.zeros(rank, layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (..., inputs) -> (..., outputs)
        return self.layer(x) + x @ self.a.T @ self.b.T * self.scale

    def merged(self) -> nn.Linear:
        """One layer that computes the same."""
        outputs, inputs = self.layer.weight.shape
        layer = nn.Linear(inputs, outputs, bias=self.layer.bias is not None)
        layer.load_state_dict(self.layer.state_dict() | {"weight": self.layer.weight + self.b @ self.a * self.scale})
        return layer


def add_lora(model: nn.Module, rank: int, alpha: float) -> None:
    """Freeze the model and give each of its linear layers a correction."""
    model.requires_grad_(False)
    for name, child in list(model.named_children()):
        if isinstance(child, nn.Linear):
            setattr(model, name, LoRALinear(child, rank, alpha))
        else:
            add_lora(child, rank, alpha)
