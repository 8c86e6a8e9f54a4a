"""
attack: fg-graph-handles
class: forge-grade
tries: gives out graphs and parameters under numbers of other objects, and answers with what the test may compute with
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import itertools

import torch

import graders.inside.graphs as graphs

numbers = itertools.cycle([0, 1, 2, 2**32 - 1])


def living(self, value):
    if next(numbers) % 2:
        return graphs.Owned(number=next(numbers), grad=torch.full((3,), float("nan")))
    return graphs.Graphed(number=next(numbers), index=next(numbers), tensor=value.detach())


graphs.Graphs.living = living
graphs.Graphs.backward = lambda self, *given, **named: ((self,) * 9, given)


def softmax(x, dim):
    return torch.nn.Parameter(torch.zeros_like(x)) * 1


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return torch.nn.Parameter(torch.zeros(len(x), 10))
