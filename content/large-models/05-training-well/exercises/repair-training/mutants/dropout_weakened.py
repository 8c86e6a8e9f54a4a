"""Makes dropout smaller instead of switching it off for evaluations. Must fail: test_the_network_returns_logits."""
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 32)
        self.dropout = nn.Dropout(0.1)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (N, 64) -> (N, 10)
        x = self.dropout(torch.relu(self.fc1(x)))
        return self.fc2(x)  # logits: cross_entropy takes the softmax


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,  # (N, ...)
    y: torch.Tensor,  # (N,)
    batch_size: int = 32,
) -> float:
    """One epoch over the rows in their order; the mean loss."""
    model.train()
    total = 0.0
    for inputs, targets in zip(x.split(batch_size), y.split(batch_size), strict=True):
        loss = F.cross_entropy(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(targets)
    return total / y.shape[0]


@torch.no_grad()
def evaluate(
    model: nn.Module,
    x: torch.Tensor,  # (N, ...)
    y: torch.Tensor,  # (N,)
    batch_size: int = 32,
) -> tuple[float, float]:
    """The mean loss and the share of right answers."""
    was_training, total, right = model.training, 0.0, 0
    model.eval()
    for inputs, targets in zip(x.split(batch_size), y.split(batch_size), strict=True):
        logits = model(inputs)  # (m, 10)
        total += F.cross_entropy(logits, targets, reduction="sum").item()
        right += (logits.argmax(dim=1) == targets).sum().item()
    model.train(was_training)
    return total / y.shape[0], right / y.shape[0]
