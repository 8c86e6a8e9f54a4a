"""
attack: fg-empty-answer
class: forge-grade
tries: empty tensors, empty lists, scalars and zero-sized dimensions, which compare to nothing
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    return torch.empty((0, *x.shape[1:])) if x.dim() > 1 else torch.empty(0)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return torch.empty(0, 10)
