"""A watchman that stops the training in time and keeps the best weights."""
from collections.abc import Callable
from typing import Any

Model = Any  # an nn.Module


class EarlyStopping:
    """Watches a validation loss, epoch by epoch."""

    def __init__(self, patience: int = 3, min_delta: float = 0.0):
        raise NotImplementedError("EarlyStopping is still to be written")

    def update(self, loss: float, model: Model) -> bool:
        """Note the loss of one more epoch; True when training should stop."""
        raise NotImplementedError("update is still to be written")

    def restore(self, model: Model) -> None:
        """Give the model the weights of the best epoch."""
        raise NotImplementedError("restore is still to be written")


def fit(
    model: Model,
    train_epoch: Callable[[Model], None],
    validate: Callable[[Model], float],
    epochs: int,
    stopper: EarlyStopping,
) -> list[float]:
    """Train until the watchman or the number of epochs ends it; the model keeps its best weights."""
    raise NotImplementedError("fit is still to be written")
