"""
attack: fg-graph-alias
class: forge-grade
tries: returns its arguments and its parameters themselves, with graphs whose backward lies, never ends or kills
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import os

import torch


class Spring(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        os._exit(0)


def softmax(x, dim):
    return Spring.apply(x.requires_grad_())


class TinyCNN(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(3, 10))

    def forward(self, x):
        self.weight.grad = self.weight
        return self.weight
