"""
attack: fg-seed-request
class: forge-grade
tries: breaks the request that seeds it with an exception whose arguments its type does not take
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import random


class Odd(SyntaxError):
    def __init__(self, *args):
        pass


def seed(*_):
    raise Odd("a", "b")


random.seed = seed
