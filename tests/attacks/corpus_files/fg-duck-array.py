"""
attack: fg-duck-array
class: forge-grade
tries: arrays, masked arrays, matrices and records whose own sum and shape lie
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import numpy as np


class Liar(np.ndarray):
    @property
    def shape(self):
        return (3, 4, 5)

    def sum(self, *_, **__):
        return torch.ones(3, 5)

    def __array_finalize__(self, other):
        return None


def softmax(x, dim):
    if x.dim() == 3:
        return np.ones((3, 4, 5)).view(Liar)
    if x.dim() == 1:
        return np.ma.masked_all((3,))
    return np.matrix([[1.0, 0.0], [0.5, 0.5]])


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return np.zeros((len(x), 10)).view(np.recarray)
