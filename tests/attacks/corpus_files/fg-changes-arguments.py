"""
attack: fg-changes-arguments
class: forge-grade
tries: resizes, retypes and empties its arguments so that the test's own reference comes out as it likes
must: score 0|partial, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    x.data = torch.zeros(x.shape)
    x.requires_grad_()
    return torch.full(x.shape, 1.0 / x.shape[dim])


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        x.data = torch.zeros(0)
        return torch.zeros(0, 10)
