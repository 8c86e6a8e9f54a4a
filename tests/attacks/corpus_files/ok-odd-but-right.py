"""
attack: ok-odd-but-right
class: honest
tries: right answers as views, with grad, non-contiguous, as a Parameter and from a subclass
must: score full, verdict accepted, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :10] + 0.5


right = softmax


def softmax(x, dim):
    y = right(x, dim)
    return y.transpose(0, -1).contiguous().transpose(0, -1).requires_grad_()


class TinyCNN(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.head = torch.nn.Linear(784, 10)

    def forward(self, x):
        return torch.nn.Parameter(self.head(x.flatten(1)).detach())
