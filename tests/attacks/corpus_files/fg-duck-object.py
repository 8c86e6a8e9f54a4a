"""
attack: fg-duck-object
class: forge-grade
tries: returns an object of its own with the shape and methods of a tensor
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Duck:
    def __init__(self, x):
        self.shape, self.dtype, self.device, self.requires_grad = x.shape, x.dtype, x.device, False
        self._x = x

    def sum(self, *_):
        return torch.ones(3, 5)

    def abs(self):
        return self

    mean = max = min = all = any = isfinite = sum

    def __eq__(self, other):
        return True

    def __float__(self):
        return 1.0


def softmax(x, dim):
    return Duck(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        duck = Duck(x)
        duck.shape = torch.Size([len(x), 10])
        return duck
