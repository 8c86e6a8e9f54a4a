"""
attack: fg-str-subclass
class: forge-grade
tries: subclasses of str, int, float, bool-like, list, dict and tuple whose comparisons are always true
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def liar(kind):
    return type("Liar", (kind,), {
        "__eq__": lambda *_: True, "__ne__": lambda *_: False, "__lt__": lambda *_: True, "__gt__": lambda *_: True,
        "__hash__": lambda _: 1, "__bool__": lambda _: True, "__len__": lambda _: 3, "sum": lambda *_: 1,
        "shape": (3, 10), "__getitem__": lambda *_: 1, "__iter__": lambda _: iter([1.0]), "abs": lambda s: s})


def softmax(x, dim):
    return {3: liar(list)([1]), 1: liar(float)(1)}.get(x.dim(), liar(str)("x"))


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return liar(tuple)((1, 2, 3)) if len(x) == 3 else liar(dict)(a=1)
