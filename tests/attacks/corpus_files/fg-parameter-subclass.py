"""
attack: fg-parameter-subclass
class: forge-grade
tries: Parameter, Buffer and UninitializedParameter subclasses with hooks of their own
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Liar(torch.nn.Parameter):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.ones(3, 5)

    @property
    def shape(self):
        return torch.Size([3, 4, 5])


def softmax(x, dim):
    if x.dim() == 3:
        return Liar(torch.zeros(1))
    if x.dim() == 1:
        return torch.nn.parameter.UninitializedParameter()
    return torch.nn.Buffer(torch.zeros(2, 2))


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return torch.nn.parameter.UninitializedBuffer()
