"""
attack: cd-numpy-kinds
class: codec
tries: arrays of objects, records, texts, dates, long doubles, foreign byte orders and negative strides
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import numpy as np


def softmax(x, dim):
    if x.dim() == 3:
        return [np.array([object(), None]), np.zeros(3, dtype=[("a", "f4"), ("b", "O")])]
    if x.dim() == 1:
        return (np.longdouble(1), np.datetime64("2026-01-01"), np.array(["a", "bb"]), np.arange(3, dtype=">f8")[::-1])
    return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20, 1 << 20), (0, 0))


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return np.zeros((3, 10), dtype=np.void)
