"""
attack: fg-duck-object
class: forge-grade
tries: returns an object of its own with the shape and methods of a tensor
must: score 0|partial, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Duck:
    def __init__(self, x):
        self.shape = x.shape

    def sum(self, dim=None):
        return torch.tensor(True)

    def abs(self):
        return self

    def __eq__(self, other):
        return True

    def __float__(self):
        return 1.0


def softmax(x, dim):
    return Duck(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return Duck(x)
