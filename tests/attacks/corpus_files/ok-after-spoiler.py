"""
attack: ok-after-spoiler
class: honest
tries: a right answer right after the one that spoils later ones (0 of 6 there)
must: score full, verdict accepted, worker alive, next submission graded normally
after: pc-spoil-later
"""
import torch
from torch import nn


def softmax(x, dim):
    return torch.softmax(x, dim)


class TinyCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 26 * 26, 10))

    def forward(self, x):
        return self.layers(x)

