"""Who is speaking? A recurrent network on real sound."""
import numpy as np
import torch
from torch import nn


def load_vowels() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Frames (270, 29, 12) float32, lengths (270,) int64, speakers (270,) int64."""
    with np.load("data/vowels.npz") as vowels:
        frames = torch.from_numpy(vowels["frames"])
        return frames, torch.from_numpy(vowels["lengths"]).long(), torch.from_numpy(vowels["speakers"]).long()


def train(
    frames: torch.Tensor,  # (N, 29, 12) float32, filled up with zeros
    lengths: torch.Tensor,  # (N,) int64, how many frames are real
    speakers: torch.Tensor,  # (N,) int64, 0 to 8
) -> nn.Module:
    """A trained model."""
    raise NotImplementedError("train is still to be written")


def predict(
    model: nn.Module,
    frames: torch.Tensor,  # (N, 29, 12)
    lengths: torch.Tensor,  # (N,)
) -> torch.Tensor:  # (N,) int64
    """The speaker of each utterance."""
    raise NotImplementedError("predict is still to be written")
