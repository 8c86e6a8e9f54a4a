"""
attack: fg-nested-remote
class: forge-grade
tries: hides its own objects in lists, dicts and tuples where values are expected
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Yes:
    def __init__(self, x=None):
        self.shape = (3, 10)

    def __eq__(self, other):
        return True

    def sum(self, *_):
        return torch.ones(3, 5)


def softmax(x, dim):
    return [Yes() for _ in range(3)] if x.dim() == 3 else (Yes(), {"sum": Yes()})


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return {"shape": (3, 10), "abs": Yes()}
