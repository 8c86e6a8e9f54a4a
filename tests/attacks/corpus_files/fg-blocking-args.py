"""
attack: fg-blocking-args
class: forge-grade
tries: raises BlockingIOError and SyntaxError whose arguments cannot be taken again outside
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


class Blocked(BlockingIOError):
    def __init__(self, *args):
        pass

    def __new__(cls, *args):
        made = BlockingIOError.__new__(cls)
        made.args = args
        return made


def softmax(x, dim):
    raise Odd("a", "b", "c")


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        raise Blocked(11, "m", 10**50)
