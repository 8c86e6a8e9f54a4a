"""
attack: fg-shape-int-subclass
class: forge-grade
tries: tensor subclass with lying shape, __torch_function__, sum and comparison
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Liar(torch.Tensor):
    shape = property(lambda self: torch.Size((3, 10)))

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True

    def __eq__(self, other):
        return True

    def __reduce_ex__(self, protocol):
        return (print, ("BREACH:pickled",))


def softmax(x, dim):
    return torch.zeros_like(x).as_subclass(Liar)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9].clone().as_subclass(Liar)
