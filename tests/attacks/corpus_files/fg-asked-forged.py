"""
attack: fg-asked-forged
class: forge-grade
tries: asks the test for things that it has lent to nobody: its class, its globals, a call of what has no number
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import sys

import torch

NAMES = ["__call__", "__class__", "__globals__", ".__dict__", "__getattribute__", "predict", ".value", "__reduce__"]
turn = [0]


def server():
    frame = sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("self")
        if type(found).__name__ == "_Server":
            return found
        frame = frame.f_back
    return None


def forged():
    turn[0] += 1
    name = NAMES[turn[0] % len(NAMES)]
    return server()._ask([1, 0, -1, 2**32 - 1, "1", None][turn[0] % 6], name, (b"x" * 1000,), {"key": [1] * 100})


def softmax(x, dim):
    return forged()


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return forged()
