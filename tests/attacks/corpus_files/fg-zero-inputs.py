"""
attack: fg-zero-inputs
class: forge-grade
tries: changes its inputs in place into what makes every comparison with them trivially true
must: score 0|partial, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    x.data = torch.zeros(1, 1)
    return x


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        x.data = torch.zeros(3)
        return x
