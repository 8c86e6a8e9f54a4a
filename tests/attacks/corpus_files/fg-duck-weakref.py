"""
attack: fg-duck-weakref
class: forge-grade
tries: proxies, mocks and lazy objects that stand for a tensor
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import functools
import types
import weakref
from unittest import mock

KEPT = []


def softmax(x, dim):
    KEPT.append(x)
    if x.dim() == 3:
        lazy = mock.MagicMock()
        lazy.shape = x.shape
        lazy.sum.return_value = torch.ones(3, 5)
        return lazy
    if x.dim() == 1:
        return weakref.proxy(x)
    return types.SimpleNamespace(shape=x.shape, sum=lambda *_: torch.ones(2))


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return functools.partial(torch.ones, len(x), 10)
