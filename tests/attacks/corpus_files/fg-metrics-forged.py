"""
attack: fg-metrics-forged
class: forge-grade
tries: sends metrics that are none: wrong types, too many, NaN, huge names
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys

track = sys.modules["graders.inside.track"]
BAD = [[{"step": 1}], [{"a": float("nan")}], [{str(n): 1.0 for n in range(40)}], [{}] * 501, [None], [{"x" * 10**6: 1.0}]]
turn = [0]


def take():
    turn[0] += 1
    return BAD[turn[0] % len(BAD)] if turn[0] > 2 else []


track.take = take
