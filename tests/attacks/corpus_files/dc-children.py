"""
attack: dc-children
class: dos-cpu
tries: spreads its work over children so that no one of them is over a limit
must: score 0, verdict timeout|wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import time


def softmax(x, dim):
    for _ in range(30):
        if os.fork() == 0:
            end = time.monotonic() + 60
            while time.monotonic() < end:
                pass
            os._exit(0)
    for _ in range(30):
        os.wait()
    return torch.zeros_like(x)
