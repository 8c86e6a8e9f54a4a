"""Takes epoch 0 for none. Must fail: test_fit."""
import math
from collections.abc import Callable
from typing import Any

Model = Any  # an nn.Module


class EarlyStopping:
    """Watches a validation loss, epoch by epoch."""

    def __init__(self, patience: int = 3, min_delta: float = 0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("patience must be at least 1, and min_delta must not be negative")
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.best_state = math.inf, None, None
        self.epochs = 0

    def update(self, loss: float, model: Model) -> bool:
        """Note the loss of one more epoch; True when training should stop."""
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, self.epochs
            self.best_state = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.epochs += 1
        since = self.epochs if self.best_epoch is None else self.epochs - 1 - self.best_epoch
        return since >= self.patience

    def restore(self, model: Model) -> None:
        """Give the model the weights of the best epoch."""
        if self.best_state is None:
            raise RuntimeError("there is no best epoch yet")
        model.load_state_dict(self.best_state)  # copies into the model's own tensors


def fit(
    model: Model,
    train_epoch: Callable[[Model], None],
    validate: Callable[[Model], float],
    epochs: int,
    stopper: EarlyStopping,
) -> list[float]:
    """Train until the watchman or the number of epochs ends it; the model keeps its best weights."""
    losses = []
    for _ in range(epochs):
        train_epoch(model)
        losses.append(validate(model))
        if stopper.update(losses[-1], model):
            break
    if stopper.best_epoch:
        stopper.restore(model)
    return losses
