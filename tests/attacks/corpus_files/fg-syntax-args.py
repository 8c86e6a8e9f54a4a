"""
attack: fg-syntax-args
class: forge-grade
tries: raises a SyntaxError whose place is words, so that printing its traceback fails outside
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Odd(SyntaxError):
    def __init__(self, *args):
        pass


def softmax(x, dim):
    raise Odd("m", "abcd")


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        raise Odd("m", "abcdef")
