"""
attack: fg-state-dict-lies
class: forge-grade
tries: a module whose forward, eval, parameters and __class__ lie, and whose metaclass says it is a tensor
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Meta(type):
    def __instancecheck__(cls, other):
        return True

    def mro(cls):
        return [cls, *torch.nn.Module.__mro__]


class TinyCNN(torch.nn.Module, metaclass=Meta):
    __class__ = torch.Tensor

    def __call__(self, x):
        return self

    def __getattr__(self, name):
        return (3, 10) if name == "shape" else self
