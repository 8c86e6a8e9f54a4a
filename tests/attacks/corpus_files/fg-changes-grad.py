"""
attack: fg-changes-grad
class: forge-grade
tries: sends gradients, NaN and shapes back as changes of what it was given
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    x.requires_grad_()
    x.grad = torch.full_like(x, float("nan"))
    x.register_hook(lambda g: g * 0)
    return x


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        x.requires_grad_()
        x.grad = torch.ones_like(x)
        return x
