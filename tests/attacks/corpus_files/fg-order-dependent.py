"""
attack: fg-order-dependent
class: forge-grade
tries: answers that depend on the number of the call, so that two calls agree with each other and not with the truth
must: score 0|partial, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


CALLS = [0]


def softmax(x, dim):
    CALLS[0] += 1
    return torch.full_like(x, 1.0 / x.shape[dim])


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        CALLS[0] += 1
        return torch.zeros(len(x), 10)
