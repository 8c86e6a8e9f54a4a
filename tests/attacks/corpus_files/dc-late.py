"""
attack: dc-late
class: dos-cpu
tries: spends the time of the tests in finalizers, exit handlers and generators that are closed
must: score 0|partial, verdict timeout|wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import atexit
import time


class Slow:
    def __del__(self):
        time.sleep(60)


atexit.register(time.sleep, 60)


def softmax(x, dim):
    Slow()
    return torch.zeros_like(x)
