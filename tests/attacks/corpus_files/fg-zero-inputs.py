"""
attack: fg-zero-inputs
class: forge-grade
tries: zeroes its argument in place and returns zeros, so that a reference computed afterwards agrees
must: score 0, verdict wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    x.zero_()
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        x.zero_()
        return torch.zeros(len(x), 9)
