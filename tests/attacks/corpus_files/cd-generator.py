"""
attack: cd-generator
class: codec
tries: iterators and generators without end where a value is expected
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import itertools


def softmax(x, dim):
    return itertools.cycle([x])


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return (x for _ in iter(int, 1))
