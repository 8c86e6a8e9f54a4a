"""A training loop as tutorials spread it. It runs, and it is wrong in at least five places. Repair it."""
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 32)
        self.dropout = nn.Dropout(0.5)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (N, 64) -> (N, 10)
        x = self.dropout(torch.relu(self.fc1(x)))
        return torch.softmax(self.fc2(x), dim=1)


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,  # (N, ...)
    y: torch.Tensor,  # (N,)
    batch_size: int = 32,
) -> float:
    """One epoch over the rows in their order; the mean loss."""
    for inputs, targets in zip(x.split(batch_size), y.split(batch_size)):
        loss = F.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
    return loss.item()


def evaluate(
    model: nn.Module,
    x: torch.Tensor,  # (N, ...)
    y: torch.Tensor,  # (N,)
    batch_size: int = 32,
) -> tuple[float, float]:
    """The mean loss and the share of right answers."""
    losses, accuracies = [], []
    for inputs, targets in zip(x.split(batch_size), y.split(batch_size)):
        logits = model(inputs)
        losses.append(F.cross_entropy(logits, targets).item())
        accuracies.append((logits.argmax(dim=1) == targets).float().mean().item())
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)
