"""A classifier for handwritten digits, trained on 8,000 images that lie in data/digits.npz."""
import numpy as np
import torch
from torch import nn

EPOCHS, BATCH, SHIFT = 12, 128, 2


def load_digits() -> tuple[torch.Tensor, torch.Tensor]:
    """The training images, (8000, 28, 28) uint8, and their labels, (8000,) int64."""
    with np.load("data/digits.npz") as digits:
        return torch.from_numpy(digits["images"]), torch.from_numpy(digits["labels"]).long()


def prepare(images: torch.Tensor) -> torch.Tensor:
    """Grey levels from 0 to 255 as numbers from 0 to 1."""
    return images / 255  # (N, 28, 28) float32


def shifted(x: torch.Tensor) -> torch.Tensor:
    """Each image moved by up to SHIFT pixels in each direction, at random."""
    x = nn.functional.pad(x, (SHIFT, SHIFT, SHIFT, SHIFT))  # (B, 32, 32)
    down, right = torch.randint(0, 2 * SHIFT + 1, (2, len(x), 1, 1))  # (B, 1, 1) each
    pixel = torch.arange(28)
    return x[torch.arange(len(x)).view(-1, 1, 1), pixel.view(28, 1) + down, pixel + right]  # (B, 28, 28)


def train(
    images: torch.Tensor,  # (N, 28, 28) uint8
    labels: torch.Tensor,  # (N,) int64
) -> nn.Module:
    """A trained model."""
    torch.manual_seed(1)  # the same weights and batches each time
    x = prepare(images)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.Adam(model.parameters())
    steps = EPOCHS * -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(model(shifted(x[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1:2d}  loss {total / len(x):.3f}")
    return model


def predict(
    model: nn.Module,
    images: torch.Tensor,  # (N, 28, 28) uint8
) -> torch.Tensor:  # (N,) int64
    """The digit that the model reads in each image."""
    model.eval()
    with torch.no_grad():
        return model(prepare(images)).argmax(dim=1)
