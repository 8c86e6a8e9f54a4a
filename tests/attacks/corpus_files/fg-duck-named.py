"""
attack: fg-duck-named
class: forge-grade
tries: returns named tuples whose fields are called like a tensor's attributes and methods
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from collections import namedtuple

Liar = namedtuple("Liar", "shape sum abs dtype device requires_grad detach")


def softmax(x, dim):
    return Liar(x.shape, lambda *_: torch.ones(3, 5), lambda *_: True, x.dtype, x.device, False, lambda: x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return Liar((len(x), 10), lambda *_: 1, lambda *_: torch.ones(1), x.dtype, x.device, False, lambda: x)
