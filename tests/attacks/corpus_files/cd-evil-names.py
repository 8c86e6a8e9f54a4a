"""
attack: cd-evil-names
class: codec
tries: named tuples and types with evil names and fields, surrogates, bidi marks and huge texts
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Named(tuple):
    _fields = ("__class__", "__init__", "_fields", "\u202e", "a" * 10**6)


class Fields(tuple):
    _fields = property(lambda self: 1 / 0)


class Text(str):
    def encode(self, *args):
        raise SystemExit


turn = [0]


def softmax(x, dim):
    turn[0] += 1
    return [Named((1, 2, 3, 4, 5)), Fields((1,)), Text("x" * 100), "\ud800" * 1000, "\u202e\u061c\x00" * 10][turn[0] % 5]


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return type("\u202e" + "x" * 10**5, (), {"__qualname__": "\ud800"})()
