"""
attack: cr-recursion-in-reply
class: crash
tries: nests what it returns ten thousand deep, with a hostile repr at the bottom
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Bottom:
    def __repr__(self):
        return repr(self)

    __str__ = __repr__


def softmax(x, dim):
    nest = [Bottom()]
    for _ in range(10_000):
        nest = [nest]
    return nest


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        raise RecursionError(Bottom())
